package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code usageMetadata}. Thoughts stand outside {@code candidatesTokenCount} and are added to the output; the prompts of server-side
 * tools stand outside {@code promptTokenCount} and are added to the input.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#UsageMetadata">UsageMetadata</a>
 */
final class UsageReader {
    private UsageReader() {}

    /** Null for an object that counts nothing, as chunks before the last one may have. */
    static @Nullable Usage of(JsonNode usage, long searches) {
        if (!usage.path("promptTokenCount").isNumber()) {
            return null;
        }
        long thoughts = count(usage.path("thoughtsTokenCount"));
        long output = Math.max(0, count(usage.path("candidatesTokenCount"))) + Math.max(0, thoughts);
        long input = count(usage.path("promptTokenCount")) + Math.max(0, count(usage.path("toolUsePromptTokenCount")));
        var inputDetails = details(usage, "promptTokensDetails", "promptTokenDetails", "toolUsePromptTokensDetails");
        var outputDetails = details(usage, "candidatesTokensDetails", "responseTokensDetails");
        var units = new HashMap<String, Long>();
        if (searches > 0) {
            units.put("searches", searches);
        }
        if (outputDetails.getOrDefault("IMAGE", 0L) > 0) {
            units.put("image-output", outputDetails.get("IMAGE"));
        }
        return Usage.newBuilder()
                .setInputTokens(input)
                .setOutputTokens(output)
                .setCachedInputTokens(count(usage.path("cachedContentTokenCount")))
                .setReasoningTokens(thoughts)
                .setAudioInputTokens(inputDetails.getOrDefault("AUDIO", -1L))
                .setImageInputTokens(inputDetails.getOrDefault("IMAGE", -1L))
                .setAudioOutputTokens(outputDetails.getOrDefault("AUDIO", -1L))
                .setUnits(units)
                .setVendorJson(usage.toString())
                .build();
    }

    private static Map<String, Long> details(JsonNode usage, String... lists) {
        var byModality = new HashMap<String, Long>();
        for (var list : lists) {
            for (var detail : usage.path(list)) {
                long tokens = Math.max(0, count(detail.path("tokenCount")));
                byModality.merge(detail.path("modality").asText(), tokens, Long::sum);
            }
        }
        return byModality;
    }

    static long count(JsonNode node) {
        return node.isNumber() && node.asDouble() >= 0 ? node.asLong() : -1;
    }
}
