package dev.millrace.ingress.options;

import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.Mistake;
import java.util.regex.Pattern;

/** Time-outs as callers write them: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, or a number of milliseconds. */
final class Durations {
    /** Longest time-out that can be asked for. */
    static final long MAX_MILLIS = 24L * 60 * 60 * 1000;

    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(ms|s|m|h)?");

    private Durations() {}

    static long millis(JsonValue value) {
        return value.isString() ? millis(value.string(20), value.path()) : value.integer(1, MAX_MILLIS);
    }

    static long millis(String text, String path) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw invalid(path);
        }
        var unit = form.group(2);
        long unitMillis = switch (unit == null ? "ms" : unit) {
            case "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 1;
        };
        long number = Long.parseLong(form.group(1));
        if (number < 1 || number > MAX_MILLIS / unitMillis) {
            throw invalid(path);
        }
        return number * unitMillis;
    }

    private static Mistake invalid(String path) {
        return Mistake.invalid(
                path,
                "Invalid '" + path + "': must be a time such as 500ms, 30s, 2m or 1h, or a number of milliseconds,"
                        + " from 1 ms to 24 h.");
    }
}
