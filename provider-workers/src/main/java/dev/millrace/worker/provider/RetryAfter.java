package dev.millrace.worker.provider;

import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The wait a vendor asks for, from {@code retry-after-ms} or {@code retry-after} in seconds or as an HTTP date.
 *
 * <p>A {@code retry-after-ms} of zero beside a positive {@code retry-after} is one vendor's bug; the longer wait counts then.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110, Retry-After</a>
 */
public final class RetryAfter {
    private static final long MAX_MILLIS = 7L * 24 * 3600 * 1000;

    private RetryAfter() {}

    /** Milliseconds to wait, 0 to 7 days; null when the headers do not say. */
    public static @Nullable Long millis(VendorHeaders headers, InstantSource clock) {
        var exact = headers.get("retry-after-ms").map(RetryAfter::decimal).orElse(null);
        if (exact != null && exact > 0) {
            return clamp(exact);
        }
        var text = headers.get("retry-after").orElse(null);
        if (text == null) {
            return exact == null ? null : clamp(exact);
        }
        var seconds = decimal(text);
        if (seconds != null) {
            return clamp(seconds * 1000);
        }
        return untilDate(text, clock);
    }

    private static @Nullable Long untilDate(String text, InstantSource clock) {
        try {
            var date = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            return clamp((double) (date.toInstant().toEpochMilli() - clock.millis()));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Double decimal(String text) {
        try {
            double value = Double.parseDouble(text.strip());
            return Double.isFinite(value) ? value : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static long clamp(double millis) {
        return (long) Math.ceil(Math.clamp(millis, 0, MAX_MILLIS));
    }
}
