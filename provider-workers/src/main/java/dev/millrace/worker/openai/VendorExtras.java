package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps what a vendor says beside the content: every member of a reply that the dialect does not give a meaning of its own. Of a member
 * that comes again the last value counts, of the identity ({@code id}, {@code model}, {@code created}) the first one that is not empty.
 */
final class VendorExtras {
    /** Name under which the names of members too large to keep are listed. */
    static final String OMITTED = "millrace.omitted";

    /** Content and usage are read elsewhere; the last two are random padding against length analysis. */
    private static final Set<String> NOT_EXTRA = Set.of("choices", "usage", "object", "error", "obfuscation", "p");

    private static final Set<String> IDENTITY = Set.of("id", "model", "created");

    private final int maxBytes;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> omitted = new TreeSet<>();
    private int bytes;

    VendorExtras(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void read(JsonNode reply) {
        reply.properties().forEach(member -> {
            var value = member.getValue();
            if (!NOT_EXTRA.contains(member.getKey()) && !value.isNull() && !isUnset(member.getKey(), value)) {
                put(member.getKey(), value.toString());
            }
        });
    }

    private boolean isUnset(String name, JsonNode value) {
        if (!IDENTITY.contains(name)) {
            return false;
        }
        boolean empty = (value.isTextual() && value.asText().isEmpty()) || (value.isNumber() && value.asLong() == 0);
        return empty || values.containsKey(name);
    }

    private void put(String name, String json) {
        var previous = values.get(name);
        int change = json.length() + (previous == null ? name.length() : -previous.length());
        if (bytes + change > maxBytes) {
            if (omitted.size() < 100) {
                omitted.add(name);
            }
            return;
        }
        bytes += change;
        values.put(name, json);
    }

    Map<String, String> values() {
        if (omitted.isEmpty()) {
            return Map.copyOf(values);
        }
        var all = new LinkedHashMap<>(values);
        all.put(OMITTED, TextNode.valueOf(String.join(",", omitted)).toString());
        return Map.copyOf(all);
    }
}
