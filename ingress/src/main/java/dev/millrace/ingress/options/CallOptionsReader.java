package dev.millrace.ingress.options;

import dev.millrace.avro.Lane;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.Mistake;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link CallOptions} from the {@code millrace} object of a body. Headers are folded into that object first (see
 * {@link OptionHeaders}), so that there is one set of rules.
 *
 * <p>Pure; throws {@link Mistake}.
 */
public final class CallOptionsReader {
    /** Member of a body that holds the options. */
    public static final String MEMBER = "millrace";

    static final int MAX_FALLBACKS = 8;
    static final int MAX_MODEL_CHARS = 256;
    static final int MAX_METADATA = 32;
    static final int MAX_METADATA_NAME_CHARS = 64;
    static final int MAX_METADATA_CHARS = 512;

    private static final String KNOWN = String.join(", ", OptionHeaders.NAMES);

    private CallOptionsReader() {}

    /** Reads the options of {@code body}; defaults where it has none. */
    public static CallOptions read(JsonObject body, Instant now) {
        var asked = body.object(MEMBER);
        if (asked == null) {
            asked = body.empty(MEMBER);
        }
        var accept = asked.bool("accept_restart");
        var priority = asked.integer("priority", -100, 100);
        var options = new CallOptions(
                asked.nonEmptyStrings("fallbacks", MAX_FALLBACKS, MAX_MODEL_CHARS),
                timeout(asked, "first_token_timeout"),
                timeout(asked, "total_timeout"),
                asked.integer("max_attempts", 1, 3),
                accept != null && accept,
                onDisconnect(asked),
                asked.stringMap("metadata", MAX_METADATA, MAX_METADATA_NAME_CHARS, MAX_METADATA_CHARS),
                priority == null ? 0 : priority,
                lane(asked),
                deadline(asked, now));
        asked.requireNothingElse(KNOWN);
        return options;
    }

    private static @Nullable Long timeout(JsonObject asked, String member) {
        var value = asked.value(member);
        return value == null ? null : Durations.millis(value);
    }

    private static OnDisconnect onDisconnect(JsonObject asked) {
        var value = asked.value("on_disconnect");
        if (value == null) {
            return OnDisconnect.ACCOUNT_DEFAULT;
        }
        return switch (value.string(20).toLowerCase(Locale.ROOT)) {
            case "finish" -> OnDisconnect.FINISH;
            case "cancel" -> OnDisconnect.CANCEL;
            default -> throw value.invalid("must be 'finish' or 'cancel'");
        };
    }

    private static Lane lane(JsonObject asked) {
        var value = asked.value("lane");
        if (value == null) {
            return Lane.INTERACTIVE;
        }
        return switch (value.string(20).toLowerCase(Locale.ROOT)) {
            case "interactive" -> Lane.INTERACTIVE;
            case "batch" -> Lane.BATCH;
            default -> throw value.invalid("must be 'interactive' or 'batch'");
        };
    }

    private static @Nullable Long deadline(JsonObject asked, Instant now) {
        var value = asked.value("deadline");
        if (value == null) {
            return null;
        }
        long atMillis = value.isString() ? timestamp(value) : value.integer(0, Long.MAX_VALUE);
        if (atMillis <= now.toEpochMilli()) {
            throw value.invalid("the deadline has passed already");
        }
        return atMillis;
    }

    private static long timestamp(JsonValue value) {
        try {
            return OffsetDateTime.parse(value.string(40)).toInstant().toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw value.invalid("must be an RFC 3339 time such as 2030-01-31T12:00:00Z, or epoch milliseconds");
        }
    }
}
