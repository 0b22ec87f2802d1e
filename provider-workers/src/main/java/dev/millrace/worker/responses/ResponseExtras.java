package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Keeps what a response says beside output and usage; what only repeats the request is left out. The last value of a member counts. */
final class ResponseExtras {
    /** Name under which the names of members too large to keep are listed. */
    static final String OMITTED = "millrace.omitted";

    private static final Set<String> NOT_EXTRA = Set.of(
            "output",
            "usage",
            "object",
            "status",
            "error",
            "incomplete_details",
            "instructions",
            "tools",
            "metadata",
            "background",
            "previous_response_id");

    private final int maxBytes;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> omitted = new TreeSet<>();
    private int bytes;

    ResponseExtras(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void read(JsonNode response) {
        response.properties().forEach(member -> {
            if (!NOT_EXTRA.contains(member.getKey()) && !member.getValue().isNull()) {
                put(member.getKey(), member.getValue().toString());
            }
        });
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
