package dev.millrace.ops.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.access.Secret;
import dev.millrace.ops.config.Raw.Scalar;
import dev.millrace.ops.config.Raw.Sequence;
import dev.millrace.ops.config.Raw.Tree;
import dev.millrace.ops.config.ValueType.Bad;
import dev.millrace.ops.config.ValueType.Good;
import dev.millrace.ops.config.ValueType.Parsed;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types a key can have. */
final class ValueTypes {
    private static final ValueType<Boolean> BOOL =
            scalar("true or false", ValueTypes::parseBoolean, value -> Boolean.toString(value));

    private ValueTypes() {}

    static ValueType<Integer> port() {
        return integer(0, 65_535);
    }

    static ValueType<Integer> integer(int min, int max) {
        return scalar(
                "integer " + min + ".." + max,
                text -> whole(text, min, max)
                        .map(value -> (Parsed<Integer>) new Good<>(value.intValue()))
                        .orElseGet(() -> new Bad<>("must be an integer " + min + ".." + max + ", got '" + text + "'")),
                String::valueOf);
    }

    static ValueType<Long> longInteger(long min, long max) {
        return scalar(
                "integer " + min + ".." + max,
                text -> whole(text, min, max)
                        .map(value -> (Parsed<Long>) new Good<>(value))
                        .orElseGet(() -> new Bad<>("must be an integer " + min + ".." + max + ", got '" + text + "'")),
                String::valueOf);
    }

    static ValueType<Double> decimal(double min, double max) {
        return scalar("number " + min + ".." + max, text -> parseDecimal(text, min, max), String::valueOf);
    }

    static ValueType<Boolean> bool() {
        return BOOL;
    }

    static ValueType<String> text() {
        return scalar(
                "text",
                text -> text.isBlank() ? new Bad<>("must not be empty") : new Good<>(text),
                Function.identity());
    }

    static ValueType<Secret> secret() {
        return scalar("secret", text -> new Good<>(new Secret(text)), Secret::toString);
    }

    static ValueType<Duration> duration(Duration min, Duration max) {
        var range = Durations.render(min) + ".." + Durations.render(max);
        return scalar("duration " + range, text -> parseDuration(text, min, max, range), Durations::render);
    }

    static ValueType<URI> httpUri() {
        return scalar("http or https address", ValueTypes::parseHttpUri, URI::toString);
    }

    static ValueType<Path> path() {
        return scalar("path", ValueTypes::parsePath, Path::toString);
    }

    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        var names = Arrays.stream(type.getEnumConstants()).map(ValueTypes::word).collect(Collectors.joining(", "));
        return scalar(
                "one of " + names,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> word(constant).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .map(constant -> (Parsed<E>) new Good<>(constant))
                        .orElseGet(() -> new Bad<>("must be one of " + names + ", got '" + text + "'")),
                ValueTypes::word);
    }

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

    private static <T> ValueType<T> scalar(
            String description, Function<String, Parsed<T>> parse, Function<T, String> render) {
        return new ValueType<>() {
            @Override
            public String description() {
                return description;
            }

            @Override
            public Parsed<T> parse(Raw raw) {
                return switch (raw) {
                    case Scalar(var text) -> parse.apply(text.strip());
                    case Sequence _ -> new Bad<>("must be " + description + ", got a list");
                    case Tree _ -> new Bad<>("must be " + description + ", got a mapping");
                };
            }

            @Override
            public String render(T value) {
                return render.apply(value);
            }
        };
    }

    private static Optional<Long> whole(String text, long min, long max) {
        try {
            long value = Long.parseLong(text.replace("_", ""));
            return min <= value && value <= max ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Parsed<Double> parseDecimal(String text, double min, double max) {
        try {
            double value = Double.parseDouble(text);
            if (min <= value && value <= max) {
                return new Good<>(value);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        return new Bad<>("must be a number " + min + ".." + max + ", got '" + text + "'");
    }

    private static Parsed<Boolean> parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> new Good<>(true);
            case "false", "no", "off", "0" -> new Good<>(false);
            default -> new Bad<>("must be true or false, got '" + text + "'");
        };
    }

    private static Parsed<Duration> parseDuration(String text, Duration min, Duration max, String range) {
        return Durations.parse(text)
                .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0)
                .map(value -> (Parsed<Duration>) new Good<>(value))
                .orElseGet(() ->
                        new Bad<>("must be a duration " + range + " such as 250ms, 30s, 5m or 3d, got '" + text + "'"));
    }

    private static Parsed<URI> parseHttpUri(String text) {
        try {
            var uri = new URI(text);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return new Good<>(uri);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        return new Bad<>("must be an address such as http://127.0.0.1:8081, got '" + text + "'");
    }

    private static Parsed<Path> parsePath(String text) {
        try {
            return text.isBlank() ? new Bad<>("must not be empty") : new Good<>(Path.of(text));
        } catch (InvalidPathException e) {
            return new Bad<>("must be a path: " + e.getReason());
        }
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

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
