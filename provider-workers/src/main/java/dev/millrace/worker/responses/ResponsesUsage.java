package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the usage of a response; it stands in the terminal event only. */
final class ResponsesUsage {
    private ResponsesUsage() {}

    /**
     * Usage of a response; null when it has none.
     *
     * @param searches web searches among the output's items; what the vendor itself counted goes before
     */
    static @Nullable Usage of(JsonNode response, long searches) {
        var usage = response.path("usage");
        if (!usage.isObject()) {
            return null;
        }
        var input = usage.path("input_tokens_details");
        var output = usage.path("output_tokens_details");
        return Usage.newBuilder()
                .setInputTokens(count(usage.path("input_tokens")))
                .setOutputTokens(count(usage.path("output_tokens")))
                .setCachedInputTokens(count(input.path("cached_tokens")))
                .setCacheWriteTokens(count(input.path("cache_write_tokens")))
                .setReasoningTokens(count(output.path("reasoning_tokens")))
                .setAudioInputTokens(count(input.path("audio_tokens")))
                .setAudioOutputTokens(count(output.path("audio_tokens")))
                .setImageInputTokens(count(input.path("image_tokens")))
                .setUnits(units(response, usage, searches))
                .setVendorJson(usage.toString())
                .build();
    }

    private static Map<String, Long> units(JsonNode response, JsonNode usage, long searches) {
        var units = new HashMap<String, Long>();
        long counted = count(response.path("tool_usage").path("web_search").path("num_requests"));
        if (counted < 0) {
            counted = count(usage.path("server_side_tool_usage_details").path("web_search_calls"));
        }
        long all = counted < 0 ? searches : counted;
        if (all > 0) {
            units.put("searches", all);
        }
        long sources = count(usage.path("num_sources_used"));
        if (sources > 0) {
            units.put("sources", sources);
        }
        return units;
    }

    private static long count(JsonNode node) {
        return node.isNumber() && node.asDouble() >= 0 ? node.asLong() : -1;
    }
}
