package dev.millrace.worker.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Remembers the first thing of an order that the dialect cannot say, and merges in what travels as JSON text. One per request. */
final class Problems {
    private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(JsonNode.class);

    private @Nullable Inexpressible first;

    void add(String param, String message) {
        if (first == null) {
            first = new Inexpressible(param, param + ": " + message);
        }
    }

    @Nullable
    Inexpressible first() {
        return first;
    }

    /** JSON text as a tree; a problem, and null, when it is not JSON. */
    @Nullable
    JsonNode parse(String param, String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            add(param, "is not JSON");
            return null;
        }
    }

    /** JSON text as an object; null, and no problem, when it is anything else. */
    static @Nullable ObjectNode object(String json) {
        try {
            return JSON.readTree(json) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Sets a member given as JSON text, if there is one. */
    void set(ObjectNode into, String name, @Nullable String json, String param) {
        if (json != null) {
            var value = parse(param, json);
            if (value != null) {
                into.set(name, value);
            }
        }
    }

    /**
     * Adds members given as JSON text, objects into objects; a member already there, or kept back, stays as it is. A name such as
     * {@code inlineData.displayName} goes into the object {@code inlineData} where there is one. Marks of this dialect lose
     * their prefix, those of others are left out.
     */
    void merge(ObjectNode into, Map<String, String> members, Set<String> keptBack, String param) {
        members.forEach((fullName, json) -> {
            boolean ours = fullName.startsWith(CandidateReader.MARK);
            var name = ours ? fullName.substring(CandidateReader.MARK.length()) : fullName;
            if (!ours && Marks.isMark(fullName)) {
                return;
            }
            int dot = name.indexOf('.');
            if (dot > 0 && into.get(name.substring(0, dot)) instanceof ObjectNode inner) {
                set(inner, name.substring(dot + 1), json, param + "." + name);
            } else if (!keptBack.contains(name)) {
                var value = parse(param + "." + name, json);
                if (value != null) {
                    deepSet(into, name, value);
                }
            }
        });
    }

    private static void deepSet(ObjectNode into, String name, JsonNode value) {
        var present = into.get(name);
        if (present == null) {
            into.set(name, value);
        } else if (present instanceof ObjectNode object && value instanceof ObjectNode more) {
            more.properties().forEach(member -> deepSet(object, member.getKey(), member.getValue()));
        }
    }
}
