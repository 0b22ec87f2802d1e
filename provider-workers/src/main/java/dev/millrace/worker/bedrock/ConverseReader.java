package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorExtras;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message of Converse, as a stream of events or whole, into deltas of choice 0 in the order of its content. A stream is finished
 * with {@code messageStop} and {@code metadata}, which brings the usage and comes after it.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html">AWS, ConverseStream</a>
 */
final class ConverseReader implements ReplyReader {
    private static final Set<String> NOT_EXTRA = Set.of("output", "stopReason", "usage", "p", "role");

    private final VendorExtras extras;
    private final StreamedBlocks blocks;
    private List<Delta> deltas = new ArrayList<>();
    private @Nullable Usage usage;
    private @Nullable String stopReason;
    private boolean metadataSeen;

    ConverseReader(DecoderLimits limits) {
        this.extras = new VendorExtras(limits.maxVendorBytes(), NOT_EXTRA);
        this.blocks = new StreamedBlocks(limits.maxEventBytes());
    }

    @Override
    public void requestId(String id) {
        extras.read(JsonNodeFactory.instance.objectNode().put("id", id));
    }

    @Override
    public @Nullable VendorResult event(String type, JsonNode payload) {
        int index = payload.path("contentBlockIndex").asInt(-1);
        var problem = switch (type) {
            case "messageStart" -> null;
            case "contentBlockStart" -> blocks.start(index, payload.path("start"), deltas);
            case "contentBlockDelta" -> blocks.delta(index, payload.path("delta"), deltas);
            case "contentBlockStop" -> blocks.stop(index, deltas);
            case "messageStop" -> messageStop(payload);
            case "metadata" -> metadata(payload);
            default -> {
                deltas.add(Emitted.item(Emitted.EVENT_PREFIX + type, payload));
                yield null;
            }
        };
        if (problem != null) {
            return new Malformed(type + ": " + problem);
        }
        return stopReason != null && metadataSeen ? finished(stopReason) : null;
    }

    private @Nullable String messageStop(JsonNode payload) {
        var reason = payload.path("stopReason");
        if (!reason.isTextual()) {
            return "stopReason";
        }
        extras.read(payload);
        stop(reason.asText());
        return null;
    }

    private void stop(String reason) {
        if (stopReason == null) {
            stopReason = reason;
            deltas.add(Emitted.delta(new FinishDelta(StopWords.reason(reason), reason)));
        }
    }

    private @Nullable String metadata(JsonNode payload) {
        extras.read(payload);
        usage = ConverseUsage.of(payload.path("usage"));
        metadataSeen = true;
        return null;
    }

    @Override
    public VendorResult whole(JsonNode body) {
        extras.read(body);
        usage = ConverseUsage.of(body.path("usage"));
        var reason = body.path("stopReason");
        var content = body.path("output").path("message").path("content");
        if (!reason.isTextual()) {
            return new Malformed("stopReason");
        }
        if (!content.isArray() && !content.isMissingNode() && !content.isNull()) {
            return new Malformed("output.message.content");
        }
        for (int i = 0; i < content.size(); i++) {
            var problem = blocks.whole(content.path(i), deltas);
            if (problem != null) {
                return new Malformed("output.message.content[" + i + "]: " + problem);
            }
        }
        stop(reason.asText());
        return finished(reason.asText());
    }

    private VendorResult finished(String reason) {
        if (StopWords.reason(reason) == FinishReason.ERROR) {
            return new Unavailable(new VendorError(0, reason, "the model's answer was malformed: " + reason), null);
        }
        return new Finished(usage, extras.values());
    }

    @Override
    public List<Delta> take() {
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public Map<String, String> vendor() {
        return extras.values();
    }
}
