package dev.millrace.ingress.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object of a request and where it stands in it. Every reading method takes its member; {@link #rest()} gives what nobody took, so
 * that nothing is lost by not being known.
 *
 * <p>A member that is null counts as absent. Methods throw {@link Mistake} naming the member's path. Not thread-safe.
 */
public final class JsonObject {
    private final ObjectNode node;
    private final String path;
    private final BodyLimits limits;
    private final Set<String> taken = new HashSet<>();

    JsonObject(ObjectNode node, String path, BodyLimits limits) {
        this.node = node;
        this.path = path;
        this.limits = limits;
    }

    /** Path of this object; empty for the body itself. */
    public String path() {
        return path;
    }

    /** Path of a member. */
    public String path(String member) {
        return join(path, member);
    }

    static String join(String path, String member) {
        return path.isEmpty() ? member : path + "." + member;
    }

    /** The object as it came. */
    public ObjectNode node() {
        return node;
    }

    public boolean has(String member) {
        return node.hasNonNull(member);
    }

    /** The member whatever it is; null when absent. */
    public @Nullable JsonValue value(String member) {
        taken.add(member);
        return peek(member);
    }

    /** The member whatever it is, without taking it; null when absent. */
    public @Nullable JsonValue peek(String member) {
        var value = node.get(member);
        return value == null || value.isNull() ? null : new JsonValue(value, path(member), limits);
    }

    /** The member whatever it is. */
    public JsonValue requiredValue(String member) {
        var value = value(member);
        if (value == null) {
            throw Mistake.invalid(path(member), "Missing required parameter: '" + path(member) + "'.");
        }
        return value;
    }

    public @Nullable String string(String member, int maxChars) {
        var value = value(member);
        return value == null ? null : value.string(maxChars);
    }

    /** A string of at least one character. */
    public String requiredString(String member, int maxChars) {
        return requiredValue(member).nonEmptyString(maxChars);
    }

    public @Nullable Boolean bool(String member) {
        var value = value(member);
        return value == null ? null : value.bool();
    }

    public @Nullable Integer integer(String member, int min, int max) {
        var value = value(member);
        return value == null ? null : Math.toIntExact(value.integer(min, max));
    }

    public @Nullable Long longInteger(String member, long min, long max) {
        var value = value(member);
        return value == null ? null : value.integer(min, max);
    }

    public @Nullable Double number(String member, double min, double max) {
        var value = value(member);
        return value == null ? null : value.number(min, max);
    }

    public @Nullable JsonObject object(String member) {
        var value = value(member);
        return value == null ? null : value.object();
    }

    public JsonObject requiredObject(String member) {
        return requiredValue(member).object();
    }

    /** Elements of an array member; empty when absent. */
    public List<JsonValue> array(String member) {
        var value = value(member);
        return value == null ? List.of() : value.array();
    }

    /** Strings of an array member; empty when absent. */
    public List<String> strings(String member, int maxItems, int maxChars) {
        var value = value(member);
        return value == null ? List.of() : value.strings(maxItems, maxChars);
    }

    /** Strings of at least one character of an array member; empty when absent. */
    public List<String> nonEmptyStrings(String member, int maxItems, int maxChars) {
        var value = value(member);
        return value == null
                ? List.of()
                : value.array(maxItems).stream()
                        .map(item -> item.nonEmptyString(maxChars))
                        .toList();
    }

    /** An object without members, as if it stood at {@code member}. */
    public JsonObject empty(String member) {
        return new JsonObject(JsonNodeFactory.instance.objectNode(), path(member), limits);
    }

    /** String values of an object member; empty when absent. */
    public Map<String, String> stringMap(String member, int maxItems, int maxNameChars, int maxChars) {
        var object = object(member);
        return object == null ? Map.of() : object.stringMap(maxItems, maxNameChars, maxChars);
    }

    /** This object's members, all of them strings. */
    public Map<String, String> stringMap(int maxItems, int maxNameChars, int maxChars) {
        requireSize(maxItems);
        var map = new LinkedHashMap<String, String>();
        for (var name : names()) {
            if (name.length() > maxNameChars) {
                throw Mistake.invalid(path, "A name in '" + path + "' is longer than " + maxNameChars + " characters.");
            }
            map.put(name, requiredValue(name).string(maxChars));
        }
        return map;
    }

    /** Names of all members, in their order. */
    public List<String> names() {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Every member, each value as JSON text. */
    public Map<String, String> all() {
        requireSize(limits.maxItems());
        var all = new LinkedHashMap<String, String>();
        node.properties()
                .forEach(member -> all.put(member.getKey(), member.getValue().toString()));
        return all;
    }

    /** What was not taken, each value as JSON text. */
    public Map<String, String> rest() {
        return rest("");
    }

    /** What was not taken, under {@code prefix + name}, each value as JSON text. */
    public Map<String, String> rest(String prefix) {
        requireSize(limits.maxItems());
        var rest = new LinkedHashMap<String, String>();
        node.properties().forEach(member -> {
            if (!taken.contains(member.getKey())) {
                rest.put(prefix + member.getKey(), member.getValue().toString());
            }
        });
        return rest;
    }

    /** What was not taken, as one JSON object; null when nothing is left. */
    public @Nullable String restJson() {
        var rest = node.deepCopy();
        rest.remove(taken);
        return rest.isEmpty() ? null : rest.toString();
    }

    /** Refuses members that nobody took; {@code known} is told to the sender. */
    public void requireNothingElse(String known) {
        for (var name : names()) {
            if (!taken.contains(name)) {
                throw Mistake.invalid(path(name), "Unknown parameter: '" + path(name) + "'. Known are " + known + ".");
            }
        }
    }

    /** Refuses more than {@code max} members. */
    public void requireSize(int max) {
        if (node.size() > max) {
            throw Mistake.invalid(
                    path, "Too many members in '" + path + "': at most " + max + ", got " + node.size() + ".");
        }
    }
}
