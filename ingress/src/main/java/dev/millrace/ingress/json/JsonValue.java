package dev.millrace.ingress.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** One value of a request and where it stands in it; never null. Methods throw {@link Mistake} naming the path. */
public final class JsonValue {
    private final JsonNode node;
    private final String path;
    private final BodyLimits limits;

    JsonValue(JsonNode node, String path, BodyLimits limits) {
        this.node = node;
        this.path = path;
        this.limits = limits;
    }

    public String path() {
        return path;
    }

    public boolean isString() {
        return node.isTextual();
    }

    public boolean isArray() {
        return node.isArray();
    }

    public boolean isObject() {
        return node.isObject();
    }

    public boolean isNumber() {
        return node.isNumber();
    }

    /** The value as JSON text. */
    public String json() {
        return node.toString();
    }

    public String string(int maxChars) {
        if (!node.isTextual()) {
            throw wrongType("a string");
        }
        var text = node.textValue();
        if (text.length() > maxChars) {
            throw Mistake.invalid(
                    path, "Invalid '" + path + "': at most " + maxChars + " characters, got " + text.length() + ".");
        }
        return text;
    }

    public String nonEmptyString(int maxChars) {
        var text = string(maxChars);
        if (text.isEmpty()) {
            throw Mistake.invalid(path, "Invalid '" + path + "': must not be empty.");
        }
        return text;
    }

    public boolean bool() {
        if (!node.isBoolean()) {
            throw wrongType("a boolean");
        }
        return node.booleanValue();
    }

    public long integer(long min, long max) {
        if (!node.isIntegralNumber()) {
            throw wrongType("an integer");
        }
        if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
            throw Mistake.invalid(path, "Invalid '" + path + "': must be an integer from " + min + " to " + max + ".");
        }
        return node.longValue();
    }

    public double number(double min, double max) {
        if (!node.isNumber()) {
            throw wrongType("a number");
        }
        double value = node.doubleValue();
        if (!(value >= min && value <= max)) {
            throw Mistake.invalid(path, "Invalid '" + path + "': must be a number from " + min + " to " + max + ".");
        }
        return value;
    }

    public JsonObject object() {
        if (!(node instanceof ObjectNode object)) {
            throw wrongType("an object");
        }
        return new JsonObject(object, path, limits);
    }

    public List<JsonValue> array() {
        return array(limits.maxItems());
    }

    public List<JsonValue> array(int maxItems) {
        if (!node.isArray()) {
            throw wrongType("an array");
        }
        if (node.size() > maxItems) {
            throw Mistake.invalid(
                    path, "Invalid '" + path + "': at most " + maxItems + " elements, got " + node.size() + ".");
        }
        var values = new ArrayList<JsonValue>(node.size());
        for (int i = 0; i < node.size(); i++) {
            values.add(new JsonValue(node.get(i), path + "[" + i + "]", limits));
        }
        return values;
    }

    public List<String> strings(int maxItems, int maxChars) {
        return array(maxItems).stream().map(value -> value.string(maxChars)).toList();
    }

    /** A mistake that says which type was expected here. */
    public Mistake wrongType(String expected) {
        return Mistake.invalid(
                path,
                "Invalid type for '" + path + "': expected " + expected + ", but got " + JsonTypes.article(node)
                        + " instead.");
    }

    /** A mistake about this value's content. */
    public Mistake invalid(String reason) {
        return Mistake.invalid(path, "Invalid '" + path + "': " + reason + ".");
    }
}
