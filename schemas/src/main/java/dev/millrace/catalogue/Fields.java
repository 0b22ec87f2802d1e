package dev.millrace.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One mapping of a document; whatever cannot be read as asked is noted with its path, and reading goes on. */
record Fields(String path, JsonNode node, Mistakes mistakes) {
    /** Where mistakes go. */
    interface Mistakes {
        void add(String path, String text);
    }

    /** The mapping under a key; an empty one when there is none or it is something else. */
    Fields at(String key) {
        return new Fields(pathOf(key), mapping(key), mistakes);
    }

    /** Every member of this mapping as a mapping of its own. */
    Map<String, Fields> each() {
        var members = new LinkedHashMap<String, Fields>();
        node.properties()
                .forEach(member ->
                        members.put(member.getKey(), new Fields(pathOf(member.getKey()), member.getValue(), mistakes)));
        return members;
    }

    boolean has(String key) {
        return node.has(key);
    }

    void mistake(String key, String text) {
        mistakes.add(pathOf(key), text);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Whether this is a mapping; keys that are not known are noted. */
    boolean isMappingOf(Set<String> known) {
        if (!node.isObject()) {
            mistakes.add(path.isEmpty() ? "document" : path, "must be a mapping");
            return false;
        }
        var unknown = new TreeSet<String>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(known);
        unknown.forEach(key -> mistake(key, "no such key; known are " + new TreeSet<>(known)));
        return true;
    }

    @Nullable
    String text(String key) {
        var value = node.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            mistake(key, "must be text");
            return null;
        }
        return value.asText();
    }

    String textOr(String key, String otherwise) {
        var value = text(key);
        return value == null ? otherwise : value;
    }

    /** A day such as {@code 2026-09-30}. */
    @Nullable
    LocalDate day(String key) {
        var value = node.get(key);
        if (value == null) {
            return null;
        }
        try {
            return LocalDate.parse(value.asText());
        } catch (DateTimeException e) {
            mistake(key, "must be a day such as 2026-09-30");
            return null;
        }
    }

    boolean flag(String key, boolean otherwise) {
        var value = node.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            mistake(key, "must be true or false");
        }
        return value.asBoolean();
    }

    int number(String key, int min, int max, int otherwise) {
        var value = node.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < min || value.asInt() > max) {
            mistake(key, "must be a whole number " + min + ".." + max);
            return otherwise;
        }
        return value.asInt();
    }

    List<String> list(String key) {
        var values = new ArrayList<String>();
        var list = node.path(key);
        if (!list.isMissingNode() && !list.isArray()) {
            mistake(key, "must be a list of texts");
            return values;
        }
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).isTextual()) {
                values.add(list.get(i).asText());
            } else {
                mistake(key + "[" + i + "]", "must be text");
            }
        }
        return values;
    }

    /** The words of a list, each as its constant; null when there is no such key. */
    <E extends Enum<E>> @Nullable Set<E> words(String key, E[] constants, String kind, Function<E, String> word) {
        if (!has(key)) {
            return null;
        }
        var byWord = new LinkedHashMap<String, E>();
        for (var constant : constants) {
            byWord.put(word.apply(constant), constant);
        }
        var found = new LinkedHashSet<E>();
        for (var name : list(key)) {
            var constant = byWord.get(name);
            if (constant == null) {
                mistake(key, "no " + kind + " '" + name + "'; known are " + byWord.keySet());
            } else {
                found.add(constant);
            }
        }
        return found;
    }

    Map<String, String> texts(String key) {
        var values = new LinkedHashMap<String, String>();
        mapping(key).properties().forEach(member -> {
            if (!member.getValue().isValueNode()) {
                mistake(key + "." + member.getKey(), "must be a plain value");
            }
            values.put(member.getKey(), member.getValue().asText());
        });
        return values;
    }

    private JsonNode mapping(String key) {
        var mapping = node.path(key);
        if (!mapping.isMissingNode() && !mapping.isObject()) {
            mistake(key, "must be a mapping");
        }
        return mapping;
    }
}
