package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a task, each to be taken by name; what nobody took is refused in the end. A parameter that is {@code null} was not
 * given. Remembers the first problem. Not thread-safe.
 */
public final class Parameters {
    /** About delivery to the client, which is not the vendor's business. */
    private static final Set<String> DELIVERY = Set.of("stream", "stream_format", "stream_options");

    private final Map<String, JsonNode> values = new TreeMap<>();
    private final Set<String> taken = new HashSet<>();
    private @Nullable Inexpressible problem;

    Parameters(Map<String, String> json) {
        json.forEach((name, text) -> {
            var value = JsonText.readOrNull(text);
            if (value == null) {
                refuse(name, "is not JSON");
            } else if (!value.isNull() && !DELIVERY.contains(name)) {
                values.put(name, value);
            }
        });
    }

    /** The value, which counts as taken; null when it was not given. */
    public @Nullable JsonNode take(String name) {
        taken.add(name);
        return values.get(name);
    }

    /** The value without taking it; null when it was not given. */
    @Nullable
    JsonNode peek(String name) {
        return values.get(name);
    }

    /** A text; null when it was not given or is none, which is a problem. */
    public @Nullable String text(String name) {
        var value = take(name);
        if (value != null && !value.isTextual()) {
            refuse(name, "must be a text");
            return null;
        }
        return value == null ? null : value.asText();
    }

    /** The id of a voice, given as a text or as an object with {@code id}; null when it was not given. */
    public @Nullable String voice() {
        var value = take("voice");
        if (value != null && value.path("id").isTextual()) {
            return value.path("id").asText();
        }
        return text("voice");
    }

    /** Whether a flag is given and true. */
    public boolean flag(String name) {
        var value = take(name);
        if (value != null && !value.isBoolean()) {
            refuse(name, "must be true or false");
        }
        return value != null && value.asBoolean();
    }

    /** Gives the vendor the values under their own names. */
    public void copy(ObjectNode into, Iterable<String> names) {
        for (var name : names) {
            move(name, into, name);
        }
    }

    /** Gives the vendor the value under the vendor's name. */
    public void move(String name, ObjectNode into, String vendorName) {
        var value = take(name);
        if (value != null) {
            into.set(vendorName, value);
        }
    }

    /** Gives the vendor everything that nobody took yet. */
    public void copyRest(ObjectNode into) {
        values.forEach((name, value) -> {
            if (taken.add(name)) {
                into.set(name, value);
            }
        });
    }

    /** For vendors that make one thing per call: {@code n} may be 1 only. */
    public void onlyOne() {
        var n = take("n");
        if (n != null && n.asInt(0) != 1) {
            refuse("n", "must be 1: this provider makes one per call");
        }
    }

    /** Remembers the first thing that cannot be said. */
    public void refuse(String name, String why) {
        refuseAt("parameters." + name, why);
    }

    void refuseAt(String param, String why) {
        if (problem == null) {
            problem = new Inexpressible(param, param + " " + why);
        }
    }

    /** Refuses the first parameter that nobody took. */
    void refuseRest() {
        for (var name : values.keySet()) {
            if (!taken.contains(name)) {
                refuse(name, "has no counterpart at this provider");
            }
        }
    }

    @Nullable
    Inexpressible problem() {
        return problem;
    }
}
