package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.EventsOrObjectDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a reply of the dialect, streamed or whole, whichever the vendor sends.
 *
 * <p>There is no terminal event: a stream is finished when its reader says that nothing is missing and the body ends in order between two
 * events. A failure in mid-stream comes as an event with an error or as a bare JSON value where an event should begin.
 */
final class GeminiReplyDecoder extends EventsOrObjectDecoder {
    private final ReplyReader reply;
    private final InstantSource clock;
    private boolean lineBegins = true;

    GeminiReplyDecoder(ReplyReader reply, DecoderLimits limits, InstantSource clock) {
        super(limits);
        this.reply = reply;
        this.clock = clock;
    }

    /** A line that begins with a JSON value instead of a field. */
    @Override
    protected int endOfFraming(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            byte b = bytes.get(i);
            if (lineBegins && (b == '{' || b == '[')) {
                return i;
            }
            lineBegins = b == '\n' || b == '\r';
        }
        return bytes.limit();
    }

    @Override
    protected @Nullable VendorResult event(String type, String data) {
        if (data.strip().equals("[DONE]")) {
            return null;
        }
        progressed(data);
        var node = parse(data);
        if (node == null) {
            return new Malformed("the data of an event is not JSON");
        }
        if (ErrorReader.isError(node)) {
            return ErrorReader.classify(status(), node, data, null);
        }
        var malformed = reply.read(node);
        return malformed == null ? null : new Malformed(malformed);
    }

    @Override
    protected VendorResult endOfEvents(boolean atBoundary) {
        return reply.complete() && atBoundary
                ? finished()
                : new Truncated("the stream ended before every candidate had a finish reason");
    }

    private VendorResult finished() {
        return new Finished(reply.usage(), reply.vendor());
    }

    @Override
    protected VendorResult error(@Nullable JsonNode node, String text) {
        return ErrorReader.classify(status(), node, text, RetryAfter.millis(headers(), clock));
    }

    @Override
    protected VendorResult whole(JsonNode node) {
        if (ErrorReader.isError(node)) {
            return error(node, "");
        }
        var malformed = reply.read(node);
        if (malformed != null) {
            return new Malformed(malformed);
        }
        return reply.complete() ? finished() : new Malformed("no candidate, or one without a finish reason");
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
