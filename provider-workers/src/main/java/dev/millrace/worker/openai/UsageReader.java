package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a usage object of any vendor of the family.
 *
 * <p>Some vendors count reasoning outside {@code completion_tokens}. Their own total tells: when it is input + output + reasoning, the
 * reasoning is added to the output, so that {@link Usage#getOutputTokens()} means the same everywhere.
 */
final class UsageReader {
    private UsageReader() {}

    /** Usage of a chunk or reply: its {@code usage}, else what one vendor puts under {@code x_groq}; null when there is none. */
    static @Nullable Usage of(JsonNode reply) {
        var usage = reply.path("usage");
        if (!usage.isObject()) {
            usage = reply.path("x_groq").path("usage");
        }
        return usage.isObject() ? read(usage) : null;
    }

    private static Usage read(JsonNode usage) {
        var input = usage.path("prompt_tokens_details");
        var output = usage.path("completion_tokens_details");
        long inputTokens = count(usage.path("prompt_tokens"));
        long outputTokens = count(usage.path("completion_tokens"));
        long reasoning = first(output.path("reasoning_tokens"), usage.path("reasoning_tokens"));
        long total = count(usage.path("total_tokens"));
        if (reasoning > 0 && inputTokens >= 0 && outputTokens >= 0 && total == inputTokens + outputTokens + reasoning) {
            outputTokens += reasoning;
        }
        long seconds = count(usage.path("prompt_audio_seconds"));
        return Usage.newBuilder()
                .setInputTokens(inputTokens)
                .setOutputTokens(outputTokens)
                .setReasoningTokens(reasoning)
                .setCachedInputTokens(first(
                        input.path("cached_tokens"),
                        usage.path("prompt_cache_hit_tokens"),
                        usage.path("cached_tokens")))
                .setCacheWriteTokens(first(
                        input.path("cache_write_tokens"),
                        input.path("cache_creation_tokens"),
                        usage.path("cache_creation_input_tokens")))
                .setAudioInputTokens(first(input.path("audio_tokens"), usage.path("audio_prompt_tokens")))
                .setAudioOutputTokens(count(output.path("audio_tokens")))
                .setImageInputTokens(count(input.path("image_tokens")))
                .setMediaMillis(seconds < 0 ? -1 : seconds * 1000)
                .setUnits(units(usage))
                .setVendorJson(usage.toString())
                .build();
    }

    private static Map<String, Long> units(JsonNode usage) {
        var units = new HashMap<String, Long>();
        put(units, "sources", usage.path("num_sources_used"));
        put(units, "searches", usage.path("num_search_queries"));
        put(units, "searches", usage.path("server_tool_use_details").path("web_search_requests"));
        return units;
    }

    private static void put(Map<String, Long> units, String name, JsonNode node) {
        long value = count(node);
        if (value > 0) {
            units.put(name, value);
        }
    }

    private static long first(JsonNode... nodes) {
        for (var node : nodes) {
            if (node.isNumber()) {
                return count(node);
            }
        }
        return -1;
    }

    private static long count(JsonNode node) {
        return node.isNumber() && node.asDouble() >= 0 ? node.asLong() : -1;
    }
}
