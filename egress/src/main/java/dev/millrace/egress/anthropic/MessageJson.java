package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.Usage;
import dev.millrace.job.JobId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pieces that streamed and whole messages share. Pure. */
final class MessageJson {
    /** Dialect of items that go back where Anthropic's decoder found them. */
    static final String DIALECT = "anthropic";

    private static final Set<String> STOP_WORDS = Set.of(
            "end_turn",
            "max_tokens",
            "stop_sequence",
            "tool_use",
            "pause_turn",
            "refusal",
            "model_context_window_exceeded",
            "compaction");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private MessageJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode typed(String type) {
        return object().put("type", type);
    }

    /** JSON from a record; text when it is none. */
    static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(json);
        }
    }

    /** The same for every event and every reader of a job. */
    static String messageId(JobId id) {
        return "msg_" + id.value();
    }

    /** Whether the word is one of Anthropic's. */
    static boolean isStopWord(@Nullable String word) {
        return word != null && STOP_WORDS.contains(word);
    }

    /**
     * Why the message stopped. Anthropic's own word stays what it is; other vendors' are read by what they mean.
     *
     * @param finish null when the vendor did not say
     * @param calls whether the message calls a tool
     */
    static String stopReason(@Nullable FinishDelta finish, boolean calls) {
        if (finish == null) {
            return calls ? "tool_use" : "end_turn";
        }
        if (isStopWord(finish.getVendorReason())) {
            return finish.getVendorReason();
        }
        return switch (finish.getReason()) {
            case STOP, OTHER, ERROR -> calls ? "tool_use" : "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER, REFUSAL -> "refusal";
            case PAUSE -> "pause_turn";
        };
    }

    /** Whether the vendor's word says more than Anthropic's that stands for it. */
    static boolean saysMore(@Nullable FinishDelta finish) {
        return finish != null
                && finish.getVendorReason() != null
                && !isStopWord(finish.getVendorReason())
                && finish.getReason() != FinishReason.STOP
                && finish.getReason() != FinishReason.TOOL_CALLS
                && finish.getReason() != FinishReason.LENGTH;
    }

    /** Whether usage is in Anthropic's words and in no other's beside them. */
    private static boolean isOwn(ObjectNode usage) {
        return usage.has("cache_creation_input_tokens")
                && usage.has("input_tokens")
                && !usage.has("prompt_tokens")
                && !usage.has("total_tokens");
    }

    /**
     * Cumulative counts. Anthropic's own object is given back as it came; of other vendors' counts those read from and written to a cache
     * are taken out of the input, as this dialect counts.
     */
    static ObjectNode usage(@Nullable Usage usage) {
        var own = usage == null || usage.getVendorJson() == null ? null : parsed(usage.getVendorJson());
        if (own instanceof ObjectNode object && isOwn(object)) {
            return object;
        }
        var node = object();
        if (usage == null) {
            return node.put("input_tokens", 0).put("output_tokens", 0);
        }
        long input = Math.max(0, usage.getInputTokens());
        long read = Math.clamp(usage.getCachedInputTokens(), 0, input);
        long written = Math.clamp(usage.getCacheWriteTokens(), 0, input - read);
        node.put("input_tokens", input - read - written)
                .put("cache_creation_input_tokens", written)
                .put("cache_read_input_tokens", read)
                .put("output_tokens", Math.max(0, usage.getOutputTokens()));
        if (usage.getReasoningTokens() >= 0) {
            node.putObject("output_tokens_details").put("thinking_tokens", usage.getReasoningTokens());
        }
        var searches = usage.getUnits().get("searches");
        if (searches != null) {
            node.putObject("server_tool_use").put("web_search_requests", searches);
        }
        return node;
    }
}
