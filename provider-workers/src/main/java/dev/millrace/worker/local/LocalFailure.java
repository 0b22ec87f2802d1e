package dev.millrace.worker.local;

import java.util.Locale;
import java.util.Optional;

/** Every way the scripted vendor can fail. The word in a request is the constant's name in lower case, or the status alone. */
public enum LocalFailure {
    STATUS_400(400),
    STATUS_401(401),
    STATUS_402(402),
    STATUS_403(403),
    STATUS_404(404),
    STATUS_408(408),
    STATUS_429(429),
    STATUS_500(500),
    STATUS_502(502),
    STATUS_503(503),
    STATUS_504(504),
    STATUS_529(529),
    /** The connection is not accepted. */
    CONNECT_REFUSED(0),
    /** Takes the request and never answers. */
    HANG_BEFORE_HEADERS(0),
    /** Sends its head, then nothing. */
    HANG_BEFORE_FIRST_TOKEN(0),
    /** Goes silent after {@code at} tokens. */
    HANG_MID_STREAM(0),
    /** After {@code at} tokens only comments come, for ever. */
    TRICKLE(0),
    /** After {@code at} tokens one byte at a time comes, for ever. */
    TRICKLE_BYTES(0),
    /** An error object after {@code at} tokens of a successful reply. */
    ERROR_IN_STREAM(0),
    /** The body ends in order after {@code at} tokens or {@code at_byte} bytes, without the terminal event. */
    TRUNCATE(0),
    /** The connection breaks after {@code at} tokens. */
    RESET(0),
    /** An event after {@code at} tokens is not JSON. */
    MALFORMED_JSON(0),
    /** A line that never ends follows after {@code at} tokens. */
    HUGE_LINE(0);

    private final int status;

    LocalFailure(int status) {
        this.status = status;
    }

    /** The HTTP status it answers with, 0 for the others. */
    public int status() {
        return status;
    }

    /** The failure of a word such as {@code 503}, {@code hang_mid_stream} or {@code hang-mid-stream}. */
    public static Optional<LocalFailure> ofWord(String word) {
        var name = word.toUpperCase(Locale.ROOT).replace('-', '_');
        for (var failure : values()) {
            if (failure.name().equals(name) || failure.name().equals("STATUS_" + name)) {
                return Optional.of(failure);
            }
        }
        return Optional.empty();
    }
}
