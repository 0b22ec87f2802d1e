package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Usage;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.job.JobId;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The response object. Pure.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/object">OpenAI, the response object</a>
 */
final class ResponseObject {
    /** Members that are ours to say; of the rest the vendor's word counts where the request said nothing. */
    private static final Set<String> OWN =
            Set.of("id", "object", "created", "created_at", "model", "usage", "output", "status", "error", "choices");

    private final JobId job;
    private final ResponsesOptions options;
    private String model;
    private long createdSeconds;

    ResponseObject(JobId job, ResponsesOptions options) {
        this.job = job;
        this.options = options;
        this.model = options.model();
        this.createdSeconds = job.createdAtMillis().orElse(0) / 1000;
    }

    /** What the records tell of it. */
    void answeredBy(String recordModel, long recordMillis) {
        if (!recordModel.isEmpty()) {
            model = recordModel;
        }
        if (createdSeconds == 0) {
            createdSeconds = recordMillis / 1000;
        }
    }

    /** The response before its end. */
    ObjectNode open(String status, ArrayNode output) {
        var node = JsonNodeFactory.instance
                .objectNode()
                .put("id", ResponseIds.of(job))
                .put("object", "response")
                .put("created_at", createdSeconds)
                .put("status", status);
        node.putNull("error");
        node.putNull("incomplete_details");
        node.put("model", model);
        node.setAll(options.echo());
        node.set("output", output);
        node.putNull("usage");
        return node;
    }

    /** The response at its end, whatever that was. */
    ObjectNode ended(Terminal terminal, OutputFold fold) {
        var node = open(status(terminal, fold), fold.output());
        switch (node.path("status").asText()) {
            case "incomplete" -> node.putObject("incomplete_details").put("reason", reason(fold));
            case "failed" -> node.set("error", error(TerminalErrors.of(terminal)));
            default -> {}
        }
        if (terminal.getUsage() != null) {
            node.set("usage", usage(terminal.getUsage()));
        }
        vendor(node, terminal.getVendor());
        if (!fold.beside().isEmpty()) {
            node.set("millrace", fold.beside());
        }
        return node;
    }

    private static String status(Terminal terminal, OutputFold fold) {
        return switch (terminal.getStatus()) {
            case COMPLETED -> reason(fold) == null ? "completed" : "incomplete";
            case CANCELLED, ABORTED -> "cancelled";
            case FAILED, EXPIRED, INCOMPLETE, UNKNOWN -> "failed";
        };
    }

    /** Why a completed job's response is incomplete; null when it is not. */
    private static @Nullable String reason(OutputFold fold) {
        var finish = fold.finish();
        if (finish == null) {
            return null;
        }
        if (fold.incomplete() && finish.getVendorReason() != null) {
            return finish.getVendorReason();
        }
        return finish.getReason() == FinishReason.LENGTH
                ? "max_output_tokens"
                : finish.getReason() == FinishReason.CONTENT_FILTER ? "content_filter" : null;
    }

    static ObjectNode error(ErrorDetail error) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", error.getCode())
                .put("message", error.getMessage());
    }

    private static void vendor(ObjectNode node, Map<String, String> vendor) {
        vendor.forEach((name, json) -> {
            if (!OWN.contains(name) && !name.startsWith("millrace.") && !node.hasNonNull(name)) {
                node.set(name, Json.parsed(json));
            }
        });
    }

    /** A figure the vendor did not give is 0 where the dialect demands a number, and left out where it does not. */
    static ObjectNode usage(Usage usage) {
        long input = Math.max(0, usage.getInputTokens());
        long output = Math.max(0, usage.getOutputTokens());
        var node = JsonNodeFactory.instance.objectNode().put("input_tokens", input);
        var inputs =
                node.putObject("input_tokens_details").put("cached_tokens", Math.max(0, usage.getCachedInputTokens()));
        put(inputs, "cache_write_tokens", usage.getCacheWriteTokens());
        put(inputs, "audio_tokens", usage.getAudioInputTokens());
        put(inputs, "image_tokens", usage.getImageInputTokens());
        node.put("output_tokens", output);
        var outputs = node.putObject("output_tokens_details")
                .put("reasoning_tokens", Math.max(0, usage.getReasoningTokens()));
        put(outputs, "audio_tokens", usage.getAudioOutputTokens());
        node.put("total_tokens", input + output);
        if (usage.getEstimated()) {
            node.put("estimated", true);
        }
        return node;
    }

    private static void put(ObjectNode node, String name, long count) {
        if (count >= 0) {
            node.put(name, count);
        }
    }
}
