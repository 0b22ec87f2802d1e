package dev.millrace.ops.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.ops.config.Raw.Scalar;
import dev.millrace.ops.config.Raw.Sequence;
import dev.millrace.ops.config.Raw.Tree;
import dev.millrace.ops.config.ValueType.Bad;
import dev.millrace.ops.config.ValueType.Good;
import dev.millrace.ops.config.ValueType.Parsed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Types made of other types: what may be absent, lists, sets and mappings. */
final class CompoundTypes {
    private CompoundTypes() {}

    /** A value that may be absent; empty text means absent. */
    static <T> ValueType<Optional<T>> optional(ValueType<T> type) {
        return new ValueType<>() {
            @Override
            public String description() {
                return type.description() + ", or empty";
            }

            @Override
            public Parsed<Optional<T>> parse(Raw raw) {
                if (raw instanceof Scalar(var text) && text.isBlank()) {
                    return new Good<>(Optional.empty());
                }
                return switch (type.parse(raw)) {
                    case Good<T>(var value) -> new Good<>(Optional.of(value));
                    case Bad<T>(var reason) -> new Bad<>(reason);
                };
            }

            @Override
            public String render(Optional<T> value) {
                return value.map(type::render).orElse("");
            }
        };
    }

    /** A YAML sequence, or text with commas. */
    static <T> ValueType<List<T>> list(ValueType<T> item) {
        return new ValueType<>() {
            @Override
            public String description() {
                return "list of " + item.description();
            }

            @Override
            public Parsed<List<T>> parse(Raw raw) {
                return switch (raw) {
                    case Scalar(var text) -> items(item, split(text));
                    case Sequence(var items) -> items(item, items);
                    case Tree _ -> new Bad<>("must be a list, got a mapping");
                };
            }

            @Override
            public String render(List<T> value) {
                return value.stream().map(item::render).collect(Collectors.joining(","));
            }
        };
    }

    /** Written like a list. */
    static <T> ValueType<Set<T>> set(ValueType<T> item) {
        var list = list(item);
        return new ValueType<>() {
            @Override
            public String description() {
                return list.description();
            }

            @Override
            public Parsed<Set<T>> parse(Raw raw) {
                return switch (list.parse(raw)) {
                    case Good<List<T>>(var values) -> new Good<>(new LinkedHashSet<>(values));
                    case Bad<List<T>>(var reason) -> new Bad<>(reason);
                };
            }

            @Override
            public String render(Set<T> value) {
                return list.render(List.copyOf(value));
            }
        };
    }

    /** A YAML mapping, or {@code name=value,name=value}. The values are shown as {@code ***}: they may be credentials. */
    static ValueType<Map<String, String>> secretMap() {
        return new ValueType<>() {
            @Override
            public String description() {
                return "mapping of text to text";
            }

            @Override
            public boolean takesMapping() {
                return true;
            }

            @Override
            public Parsed<Map<String, String>> parse(Raw raw) {
                return switch (raw) {
                    case Tree(var node) -> entries(node);
                    case Scalar(var text) -> entries(text);
                    case Sequence _ -> new Bad<>("must be a mapping, got a list");
                };
            }

            @Override
            public String render(Map<String, String> value) {
                return new TreeMap<>(value)
                        .keySet().stream().map(name -> name + "=***").collect(Collectors.joining(","));
            }
        };
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static <T> Parsed<List<T>> items(ValueType<T> item, List<String> texts) {
        var values = new ArrayList<T>();
        for (var text : texts) {
            switch (item.parse(new Scalar(text))) {
                case Good<T>(var value) -> values.add(value);
                case Bad<T>(var reason) -> {
                    return new Bad<>(reason);
                }
            }
        }
        return new Good<>(List.copyOf(values));
    }

    private static Parsed<Map<String, String>> entries(String text) {
        var entries = new LinkedHashMap<String, String>();
        for (var item : split(text)) {
            int equals = item.indexOf('=');
            if (equals < 1) {
                return new Bad<>("must be name=value,name=value");
            }
            entries.put(
                    item.substring(0, equals).strip(),
                    item.substring(equals + 1).strip());
        }
        return new Good<>(entries);
    }

    private static Parsed<Map<String, String>> entries(JsonNode node) {
        var entries = new LinkedHashMap<String, String>();
        for (var member : node.properties()) {
            if (!member.getValue().isValueNode()) {
                return new Bad<>("must be a mapping of text to text, but " + member.getKey() + " is not text");
            }
            entries.put(member.getKey(), member.getValue().asText());
        }
        return new Good<>(entries);
    }
}
