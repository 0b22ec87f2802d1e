package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.TaskInput;
import dev.millrace.dialect.Marks;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/** Parameters of a task while they are turned into the vendor's words: what nobody asked for in the end has no word. One per request. */
final class Parameters {
    private static final Set<String> NOT_FOR_VENDORS =
            Set.of("millrace", "local", "model", "user", "metadata", "stream");

    private final TreeMap<String, String> parameters;
    private final Set<String> said = new HashSet<>(NOT_FOR_VENDORS);
    private final Problems problems;

    Parameters(TaskInput task, Problems problems) {
        this.parameters = new TreeMap<>(task.getParameters());
        this.problems = problems;
    }

    /** The value by the first of these names that there is; missing when there is none, or only null. */
    JsonNode take(String... names) {
        JsonNode found = MissingNode.getInstance();
        for (var name : names) {
            said.add(name);
            var json = parameters.get(name);
            if (json != null && found.isMissingNode()) {
                var value = problems.parse("parameters." + name, json);
                found = value == null || value.isNull() ? found : value;
            }
        }
        return found;
    }

    /** Takes a parameter that must have one of these values, if it is given at all. */
    void takeOnly(String name, String... allowed) {
        var value = take(name);
        if (!value.isMissingNode() && !Set.of(allowed).contains(value.asText())) {
            problems.add(
                    "parameters." + name,
                    "this provider can only give " + String.join(" or ", allowed) + ", not '" + value.asText() + "'");
        }
    }

    /** Refuses what is left, or sends it on by its own name when the request speaks the vendor's dialect. */
    void rest(boolean open, ObjectNode into) {
        parameters.forEach((name, json) -> {
            if (said.contains(name) || Marks.isMark(name)) {
                return;
            }
            if (open) {
                problems.set(into, name, json, "parameters." + name);
            } else {
                problems.add("parameters." + name, "has no counterpart at this provider");
            }
        });
    }
}
