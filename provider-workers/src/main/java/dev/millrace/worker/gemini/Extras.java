package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Keeps what a reply says beside its content, up to a size; of a member that comes again the last value counts. */
final class Extras {
    /** Tells, as a JSON number, how many members were too large to keep. */
    static final String OMITTED = "millrace.omitted";

    private final int maxChars;
    private final Set<String> content;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int chars;
    private int omitted;

    Extras(int maxChars, Set<String> content) {
        this.maxChars = maxChars;
        this.content = Set.copyOf(content);
    }

    void read(JsonNode reply) {
        reply.properties().forEach(member -> {
            if (!content.contains(member.getKey()) && !member.getValue().isNull()) {
                put(member.getKey(), member.getValue().toString());
            }
        });
    }

    private void put(String name, String json) {
        var previous = values.get(name);
        int change = json.length() + (previous == null ? name.length() : -previous.length());
        if (chars + change > maxChars) {
            omitted++;
            return;
        }
        chars += change;
        values.put(name, json);
    }

    Map<String, String> values() {
        if (omitted > 0) {
            values.put(OMITTED, Integer.toString(omitted));
        }
        return Map.copyOf(values);
    }
}
