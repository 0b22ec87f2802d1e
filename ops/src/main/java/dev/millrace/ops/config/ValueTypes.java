package dev.millrace.ops.config;

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
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types a key can have. */
final class ValueTypes {
    private static final ValueType<Boolean> BOOL =
            scalar("true or false", ValueTypes::parseBoolean, value -> Boolean.toString(value));

    private static final Duration LONGEST = Duration.ofDays(36_500);

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

    /** Without a range of its own. */
    static ValueType<Integer> integer() {
        return scalar(
                "integer",
                text -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE)
                        .map(value -> (Parsed<Integer>) new Good<>(value.intValue()))
                        .orElseGet(() -> new Bad<>("must be an integer, got '" + text + "'")),
                String::valueOf);
    }

    /** Without a range of its own. */
    static ValueType<Long> longInteger() {
        return scalar(
                "integer",
                text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE)
                        .map(value -> (Parsed<Long>) new Good<>(value))
                        .orElseGet(() -> new Bad<>("must be an integer, got '" + text + "'")),
                String::valueOf);
    }

    /** Without a range of its own. */
    static ValueType<Double> decimal() {
        return scalar("number", ValueTypes::parseDecimal, String::valueOf);
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

    static ValueType<Duration> duration() {
        return scalar("duration", text -> parseDuration(text, Duration.ZERO, LONGEST, ""), Durations::render);
    }

    static ValueType<Duration> duration(Duration min, Duration max) {
        var range = " " + Durations.render(min) + ".." + Durations.render(max);
        return scalar("duration" + range, text -> parseDuration(text, min, max, range), Durations::render);
    }

    static ValueType<URI> httpUri() {
        return scalar("http or https address", ValueTypes::parseHttpUri, URI::toString);
    }

    static ValueType<Path> path() {
        return scalar("path", ValueTypes::parsePath, Path::toString);
    }

    /** One of the constants of an enum, in lower case with dashes. */
    static ValueType<Enum<?>> choice(Class<?> type) {
        var constants = Arrays.stream(type.getEnumConstants())
                .map(constant -> (Enum<?>) constant)
                .toList();
        var names = constants.stream().map(ValueTypes::word).collect(Collectors.joining(", "));
        return scalar(
                "one of " + names,
                text -> constants.stream()
                        .filter(constant -> word(constant).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .map(constant -> (Parsed<Enum<?>>) new Good<Enum<?>>(constant))
                        .orElseGet(() -> new Bad<>("must be one of " + names + ", got '" + text + "'")),
                ValueTypes::word);
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

    private static Parsed<Double> parseDecimal(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return new Good<>(value);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        return new Bad<>("must be a number, got '" + text + "'");
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
                        new Bad<>("must be a duration" + range + " such as 250ms, 30s, 5m or 3d, got '" + text + "'"));
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

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
