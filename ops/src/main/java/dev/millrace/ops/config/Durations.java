package dev.millrace.ops.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 12h}, {@code 3d}, or ISO 8601. */
final class Durations {
    private static final Pattern SHORT = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");

    private Durations() {}

    static Optional<Duration> parse(String text) {
        var form = SHORT.matcher(text.toLowerCase(Locale.ROOT).replace(" ", ""));
        try {
            if (!form.matches()) {
                return Optional.of(Duration.parse(text));
            }
            long amount = Long.parseLong(form.group(1));
            return Optional.of(
                    switch (form.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    });
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    static String render(Duration value) {
        long millis = value.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis + "ms";
        }
        if (value.toSeconds() % 60 != 0) {
            return value.toSeconds() + "s";
        }
        if (value.toMinutes() % 60 != 0) {
            return value.toMinutes() + "m";
        }
        return value.toHours() % 24 == 0 ? value.toDays() + "d" : value.toHours() + "h";
    }
}
