package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usage of Converse. Its {@code inputTokens} leave out what was read from and written to the cache; where the total shows that a
 * model counts otherwise, they are taken as they are.
 */
final class ConverseUsage {
    private ConverseUsage() {}

    /** Null when it is no usage. */
    static @Nullable Usage of(JsonNode usage) {
        if (!usage.isObject()) {
            return null;
        }
        long input = count(usage.path("inputTokens"));
        long output = count(usage.path("outputTokens"));
        long total = count(usage.path("totalTokens"));
        long read = first(usage, "cacheReadInputTokens", "cacheReadInputTokenCount");
        long written = first(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount");
        long cached = Math.max(0, read) + Math.max(0, written);
        boolean included = total >= 0 && total == input + Math.max(0, output);
        var units = new HashMap<String, Long>();
        usage.path("serverToolUsage").properties().forEach(tool -> {
            if (count(tool.getValue()) > 0) {
                units.put(tool.getKey(), count(tool.getValue()));
            }
        });
        return Usage.newBuilder()
                .setInputTokens(input < 0 || included ? input : input + cached)
                .setOutputTokens(output)
                .setCachedInputTokens(read)
                .setCacheWriteTokens(written)
                .setUnits(units)
                .setVendorJson(usage.toString())
                .build();
    }

    private static long first(JsonNode usage, String name, String otherwise) {
        long count = count(usage.path(name));
        return count >= 0 ? count : count(usage.path(otherwise));
    }

    private static long count(JsonNode node) {
        return node.isIntegralNumber() && node.asLong() >= 0 ? node.asLong() : -1;
    }
}
