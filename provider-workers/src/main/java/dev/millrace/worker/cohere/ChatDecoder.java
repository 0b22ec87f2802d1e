package dev.millrace.worker.cohere;

import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes a reply as a stream or as a whole, whichever its head announces. */
final class ChatDecoder implements ReplyDecoder {
    private final boolean streaming;
    private final ReplyDecoder stream;
    private final ReplyDecoder whole;
    private ReplyDecoder chosen;

    /**
     * A decoder.
     *
     * @param streaming what to expect of a reply without a content type
     * @param lines whether a stream is of lines, not of server-sent events
     */
    ChatDecoder(boolean streaming, boolean lines, ChatReader reader, DecoderLimits limits, InstantSource clock) {
        this.streaming = streaming;
        this.stream = new StreamDecoder(lines, limits, reader);
        this.whole = WholeReplyDecoder.ofJson(
                limits,
                (_, body) -> {
                    var result = reader.whole(body);
                    return new Read.Done(reader.take(), result, reader.usage());
                },
                reply -> Read.failed(CohereErrors.classify(reply, clock)));
        this.chosen = whole;
    }

    @Override
    public void head(int status, VendorHeaders headers) {
        var type = headers.get("content-type").orElse("").toLowerCase(Locale.ROOT);
        boolean streamed = type.isEmpty() ? streaming : type.contains("stream");
        chosen = 200 <= status && status < 300 && streamed ? stream : whole;
        chosen.head(status, headers);
    }

    @Override
    public void feed(ByteBuffer bytes) {
        chosen.feed(bytes);
    }

    @Override
    public void end() {
        chosen.end();
    }

    @Override
    public void cut() {
        chosen.cut();
    }

    @Override
    public List<Delta> take() {
        return chosen.take();
    }

    @Override
    public @Nullable VendorResult result() {
        return chosen.result();
    }

    @Override
    public @Nullable Usage usage() {
        return chosen.usage();
    }

    @Override
    public Map<String, String> vendor() {
        return chosen.vendor();
    }

    @Override
    public long progressBytes() {
        return chosen.progressBytes();
    }
}
