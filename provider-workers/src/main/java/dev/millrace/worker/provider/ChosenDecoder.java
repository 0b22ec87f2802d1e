package dev.millrace.worker.provider;

import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets the head of a reply decide which decoder reads it. */
public final class ChosenDecoder implements ReplyDecoder {
    private final Choice choice;
    private @Nullable ReplyDecoder chosen;

    /** Picks a fresh decoder. */
    @FunctionalInterface
    public interface Choice {
        ReplyDecoder decoder(int status, VendorHeaders headers);
    }

    public ChosenDecoder(Choice choice) {
        this.choice = choice;
    }

    private ReplyDecoder chosen() {
        if (chosen == null) {
            chosen = choice.decoder(0, VendorHeaders.NONE);
        }
        return chosen;
    }

    @Override
    public void head(int status, VendorHeaders headers) {
        chosen = choice.decoder(status, headers);
        chosen.head(status, headers);
    }

    @Override
    public void feed(ByteBuffer bytes) {
        chosen().feed(bytes);
    }

    @Override
    public void end() {
        chosen().end();
    }

    @Override
    public void cut() {
        chosen().cut();
    }

    @Override
    public List<Delta> take() {
        return chosen().take();
    }

    @Override
    public @Nullable VendorResult result() {
        return chosen().result();
    }

    @Override
    public @Nullable FollowUp followUp() {
        return chosen().followUp();
    }

    @Override
    public @Nullable Usage usage() {
        return chosen().usage();
    }

    @Override
    public Map<String, String> vendor() {
        return chosen().vendor();
    }

    @Override
    public long progressBytes() {
        return chosen().progressBytes();
    }
}
