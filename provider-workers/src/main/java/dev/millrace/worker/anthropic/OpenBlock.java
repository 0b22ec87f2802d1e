package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A content block between its start and its stop. Not thread-safe. */
sealed interface OpenBlock permits TextBlock, ThinkingBlock, ToolUseBlock, CarriedBlock {
    /** Reads the block as it starts; returns what is malformed, or null. */
    @Nullable
    String start(JsonNode block, List<Delta> out);

    /** Reads a piece; returns what is malformed, or null. */
    @Nullable
    String delta(JsonNode delta, List<Delta> out);

    /** The block is complete. */
    @Nullable
    String stop(List<Delta> out);

    /** Members that have no common word, each value JSON. */
    static Map<String, String> members(JsonNode node, Set<String> known) {
        var members = new LinkedHashMap<String, String>();
        node.properties().forEach(member -> {
            if (!known.contains(member.getKey()) && !member.getValue().isNull()) {
                members.put(member.getKey(), member.getValue().toString());
            }
        });
        return members;
    }
}
