package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.openai.ErrorReader;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.EventsOrObjectDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a reply of the Responses dialect, streamed or whole, whichever the vendor sends.
 *
 * <p>A stream is finished by {@code response.completed} or {@code response.incomplete}, nothing else: there is no {@code [DONE]}, and the
 * end of the body says nothing. A failure is {@code response.failed}, or {@code error}, after which {@code response.failed} may still
 * bring the usage.
 */
final class ResponsesReplyDecoder extends EventsOrObjectDecoder {
    private final InstantSource clock;
    private final ResponseReader reply;
    /** What an {@code error} event said; it becomes the result when nothing more comes. */
    private @Nullable VendorResult failure;

    ResponsesReplyDecoder(DecoderLimits limits, InstantSource clock) {
        super(limits);
        this.clock = clock;
        this.reply = new ResponseReader(limits.maxVendorBytes());
    }

    @Override
    protected @Nullable VendorResult event(String type, String data) {
        progressed(data);
        if (data.strip().equals("[DONE]")) {
            return failedOr("[DONE] came before the terminal event");
        }
        var node = parse(data);
        if (node == null || !node.isObject()) {
            return new Malformed("the data of an event is not a JSON object");
        }
        if (node.path("type").asText(type).equals("error") || isBareError(node)) {
            failure = ErrorReader.classify(status(), errorOf(node), data, null);
            return null;
        }
        var ended = reply.event(node);
        return ended != null && failure != null ? failure : ended;
    }

    /** Gateways put an error object where an event should be. */
    private static boolean isBareError(JsonNode node) {
        return !node.has("type") && !node.has("response") && ErrorReader.isError(node);
    }

    /** The error stands in {@code error}, or its members beside {@code type}, as the older form has them. */
    private static JsonNode errorOf(JsonNode node) {
        if (node.path("error").isObject() || !node.has("message")) {
            return node;
        }
        var copy = node.<ObjectNode>deepCopy();
        copy.remove("type");
        return copy;
    }

    private VendorResult failedOr(String truncation) {
        return failure != null ? failure : new Truncated(truncation);
    }

    @Override
    protected VendorResult endOfEvents(boolean atBoundary) {
        return failedOr("the stream ended before its terminal event");
    }

    @Override
    protected VendorResult broken() {
        return failure != null ? failure : super.broken();
    }

    @Override
    protected VendorResult error(@Nullable JsonNode node, String text) {
        return ErrorReader.classify(status(), node, text, RetryAfter.millis(headers(), clock));
    }

    @Override
    protected VendorResult whole(JsonNode node) {
        return !node.has("output") && ErrorReader.isError(node) ? error(node, "") : reply.whole(node);
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
