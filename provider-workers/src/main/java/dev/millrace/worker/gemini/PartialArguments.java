package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a call that come in pieces: each names a place by a JSON path and brings a value, or a further stretch of a text, for it.
 * Linear in what is fed.
 *
 * @see <a href="https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc">Streaming function call
 *     arguments</a>
 */
final class PartialArguments {
    private static final Pattern STEP = Pattern.compile(
            "\\.([^.\\[\\]]+)|\\[(\\d{1,4})]|\\['((?:[^'\\\\]|\\\\.)*)']|\\[\"((?:[^\"\\\\]|\\\\.)*)\"]");
    private static final int MAX_DEPTH = 64;

    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final StringBuilder text = new StringBuilder();
    private @Nullable String openPath;

    /** All members of {@code arguments}. */
    void addAll(ObjectNode arguments) {
        root.setAll(arguments);
    }

    /** Adds a piece; false when its path cannot be followed. */
    boolean add(JsonNode piece) {
        var path = piece.path("jsonPath").asText();
        if (openPath != null && !openPath.equals(path)) {
            close();
        }
        if (!piece.has("stringValue")) {
            return set(path, value(piece));
        }
        text.append(piece.path("stringValue").asText());
        openPath = path;
        return piece.path("willContinue").asBoolean() ? steps(path) != null : close();
    }

    /** The arguments as far as they came. */
    ObjectNode complete() {
        close();
        return root;
    }

    private boolean close() {
        var path = openPath;
        if (path == null) {
            return true;
        }
        openPath = null;
        var value = JsonNodeFactory.instance.textNode(text.toString());
        text.setLength(0);
        return set(path, value);
    }

    private static JsonNode value(JsonNode piece) {
        if (piece.has("numberValue")) {
            return number(piece.path("numberValue"));
        }
        return piece.has("boolValue") ? piece.path("boolValue") : JsonNodeFactory.instance.nullNode();
    }

    /** Numbers travel as doubles; a whole one was meant as such. */
    private static JsonNode number(JsonNode number) {
        double value = number.asDouble();
        boolean whole = value == Math.rint(value) && Math.abs(value) < 9e15;
        return whole ? JsonNodeFactory.instance.numberNode((long) value) : number;
    }

    private static @Nullable List<Object> steps(String path) {
        if (!path.startsWith("$")) {
            return null;
        }
        var steps = new ArrayList<Object>();
        var matcher = STEP.matcher(path);
        int at = 1;
        while (at < path.length() && steps.size() < MAX_DEPTH) {
            matcher.region(at, path.length());
            if (!matcher.lookingAt()) {
                return null;
            }
            steps.add(step(matcher));
            at = matcher.end();
        }
        return at == path.length() && !steps.isEmpty() ? steps : null;
    }

    private static Object step(Matcher matcher) {
        if (matcher.group(2) != null) {
            return Integer.valueOf(matcher.group(2));
        }
        var plain = matcher.group(1);
        if (plain != null) {
            return plain;
        }
        var quoted = matcher.group(3) == null ? matcher.group(4) : matcher.group(3);
        return quoted.replaceAll("\\\\(.)", "$1");
    }

    private boolean set(String path, JsonNode value) {
        var steps = steps(path);
        if (steps == null) {
            return false;
        }
        ContainerNode<?> at = root;
        for (int i = 0; i < steps.size() - 1; i++) {
            at = descend(at, steps.get(i), steps.get(i + 1) instanceof Integer);
            if (at == null) {
                return false;
            }
        }
        return put(at, steps.getLast(), value);
    }

    private static @Nullable ContainerNode<?> descend(ContainerNode<?> at, Object step, boolean toArray) {
        var present = step instanceof Integer index ? at.get(index) : at.get((String) step);
        if (present instanceof ContainerNode<?> container) {
            return container;
        }
        ContainerNode<?> made = toArray ? JsonNodeFactory.instance.arrayNode() : JsonNodeFactory.instance.objectNode();
        return put(at, step, made) ? made : null;
    }

    private static boolean put(ContainerNode<?> at, Object step, JsonNode value) {
        if (at instanceof ArrayNode array && step instanceof Integer index) {
            while (array.size() <= index) {
                array.addNull();
            }
            array.set(index, value);
            return true;
        }
        if (at instanceof ObjectNode object && step instanceof String name) {
            object.set(name, value);
            return true;
        }
        return false;
    }
}
