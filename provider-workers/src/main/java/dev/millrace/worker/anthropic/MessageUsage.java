package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message used, over its events: counts are cumulative, so that of each the last one that came counts.
 *
 * <p>The vendor's {@code input_tokens} are those neither read from nor written to its cache; {@link Usage#getInputTokens()} holds all three.
 * Its totals leave out what compacting the conversation took, which is billed and therefore added here.
 *
 * @see <a href="https://docs.claude.com/en/docs/build-with-claude/prompt-caching">Anthropic, prompt caching</a>
 */
final class MessageUsage {
    private final ObjectNode merged = JsonNodeFactory.instance.objectNode();
    private @Nullable Usage usage;

    /** Takes the usage object of an event. */
    void read(JsonNode counts) {
        if (!counts.isObject()) {
            return;
        }
        counts.properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                merged.set(member.getKey(), member.getValue());
            }
        });
        usage = build();
    }

    /** Null while the vendor has given no figure. */
    @Nullable
    Usage usage() {
        return usage;
    }

    private Usage build() {
        var compaction = compaction();
        long read = sum(merged.path("cache_read_input_tokens"), compaction.path("cache_read_input_tokens"));
        long written = sum(merged.path("cache_creation_input_tokens"), compaction.path("cache_creation_input_tokens"));
        long fresh = sum(merged.path("input_tokens"), compaction.path("input_tokens"));
        return Usage.newBuilder()
                .setInputTokens(fresh < 0 ? -1 : fresh + Math.max(0, read) + Math.max(0, written))
                .setOutputTokens(sum(merged.path("output_tokens"), compaction.path("output_tokens")))
                .setCachedInputTokens(read)
                .setCacheWriteTokens(written)
                .setReasoningTokens(count(merged.path("output_tokens_details").path("thinking_tokens")))
                .setUnits(units())
                .setVendorJson(merged.toString())
                .build();
    }

    private ObjectNode compaction() {
        var sums = JsonNodeFactory.instance.objectNode();
        for (var iteration : merged.path("iterations")) {
            if (iteration.path("type").asText().equals("compaction")) {
                iteration.properties().forEach(member -> {
                    if (member.getValue().isNumber()) {
                        var name = member.getKey();
                        sums.put(name, sums.path(name).asLong() + count(member.getValue()));
                    }
                });
            }
        }
        return sums;
    }

    private Map<String, Long> units() {
        var units = new HashMap<String, Long>();
        put(units, "searches", merged.path("server_tool_use").path("web_search_requests"));
        put(units, "cache-write-1h", merged.path("cache_creation").path("ephemeral_1h_input_tokens"));
        return units;
    }

    private static void put(Map<String, Long> units, String name, JsonNode node) {
        if (count(node) > 0) {
            units.put(name, count(node));
        }
    }

    private static long sum(JsonNode total, JsonNode beside) {
        return count(total) < 0 ? -1 : count(total) + Math.max(0, count(beside));
    }

    private static long count(JsonNode node) {
        return node.isNumber() && node.asDouble() >= 0 ? node.asLong() : -1;
    }
}
