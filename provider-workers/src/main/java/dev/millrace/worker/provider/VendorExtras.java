package dev.millrace.worker.provider;

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
public final class VendorExtras {
    /** Name under which the names of members too large to keep are listed. */
    public static final String OMITTED = "millrace.omitted";

    private static final Set<String> IDENTITY = Set.of("id", "model", "created");

    private final int maxBytes;
    private final Set<String> notExtra;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> omitted = new TreeSet<>();
    private int bytes;

    /**
     * Keeps at most {@code maxBytes}.
     *
     * @param notExtra members that are read elsewhere, or are padding
     */
    public VendorExtras(int maxBytes, Set<String> notExtra) {
        this.maxBytes = maxBytes;
        this.notExtra = Set.copyOf(notExtra);
    }

    /** Takes the members of one object of a reply. */
    public void read(JsonNode reply) {
        reply.properties().forEach(member -> {
            var value = member.getValue();
            if (!notExtra.contains(member.getKey()) && !value.isNull() && !isUnset(member.getKey(), value)) {
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

    /** What was kept, each value JSON. */
    public Map<String, String> values() {
        if (omitted.isEmpty()) {
            return Map.copyOf(values);
        }
        var all = new LinkedHashMap<>(values);
        all.put(OMITTED, TextNode.valueOf(String.join(",", omitted)).toString());
        return Map.copyOf(all);
    }
}
