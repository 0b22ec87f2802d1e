package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Cohere counts. Tokens are those it charges for, {@code billed_units}: {@code tokens} holds its own instructions too, and so do
 * {@code cached_tokens}, which are left out where they are more than what is charged.
 */
final class CohereUsage {
    private CohereUsage() {}

    /** Of an object with {@code billed_units} and {@code tokens}; null when it has neither. */
    static @Nullable Usage of(JsonNode usage) {
        var billed = usage.path("billed_units");
        var tokens = usage.path("tokens");
        if (!billed.isObject() && !tokens.isObject()) {
            return null;
        }
        long input = first(billed.path("input_tokens"), tokens.path("input_tokens"));
        long output = first(billed.path("output_tokens"), tokens.path("output_tokens"));
        long image = first(tokens.path("image_tokens"), billed.path("image_tokens"));
        return Usage.newBuilder()
                .setInputTokens(input)
                .setOutputTokens(output)
                .setCachedInputTokens(within(count(usage.path("cached_tokens")), input))
                .setReasoningTokens(within(count(tokens.path("reasoning_tokens")), output))
                .setImageInputTokens(within(image, input))
                .setUnits(units(billed))
                .setVendorJson(usage.toString())
                .build();
    }

    private static Map<String, Long> units(JsonNode billed) {
        var units = new HashMap<String, Long>();
        put(units, "searches", billed.path("search_units"));
        put(units, "classifications", billed.path("classifications"));
        put(units, "images", billed.path("images"));
        return units;
    }

    private static void put(Map<String, Long> units, String name, JsonNode count) {
        if (count(count) > 0) {
            units.put(name, count(count));
        }
    }

    private static long within(long part, long whole) {
        return part <= whole ? part : -1;
    }

    private static long first(JsonNode one, JsonNode other) {
        return count(one) >= 0 ? count(one) : count(other);
    }

    private static long count(JsonNode node) {
        return node.isNumber() && node.asDouble() >= 0 ? node.asLong() : -1;
    }
}
