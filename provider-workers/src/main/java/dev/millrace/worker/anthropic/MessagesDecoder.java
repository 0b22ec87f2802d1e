package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.EventsOrObjectDecoder;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a reply over HTTP, streamed or whole, whichever the vendor sends. A stream is finished with {@code message_stop} and in no other
 * way.
 */
final class MessagesDecoder extends EventsOrObjectDecoder {
    private final InstantSource clock;
    private final MessageReader reply;

    MessagesDecoder(DecoderLimits limits, InstantSource clock) {
        super(limits);
        this.clock = clock;
        this.reply = new MessageReader(limits);
    }

    @Override
    protected @Nullable VendorResult event(String type, String data) {
        var node = parse(data);
        if (node == null) {
            return new Malformed("the data of an event is not JSON");
        }
        if (!node.path("type").asText().equals("ping")) {
            progressed(data);
        }
        return type.equals("error") ? MessageErrors.inStream(node) : reply.event(node);
    }

    @Override
    protected VendorResult endOfEvents(boolean atBoundary) {
        return new Truncated("the stream ended before message_stop");
    }

    @Override
    protected VendorResult error(@Nullable JsonNode node, String text) {
        return MessageErrors.classify(status(), node, text, headers(), clock);
    }

    @Override
    protected VendorResult whole(JsonNode node) {
        return node.path("type").asText().equals("error") ? MessageErrors.inStream(node) : reply.whole(node);
    }

    @Override
    public List<Delta> take() {
        return reply.take();
    }

    @Override
    public @Nullable Usage usage() {
        return reply.usage();
    }

    @Override
    public Map<String, String> vendor() {
        return reply.vendor();
    }
}
