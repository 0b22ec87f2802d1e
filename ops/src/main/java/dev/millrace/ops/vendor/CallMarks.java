package dev.millrace.ops.vendor;

import dev.millrace.worker.local.LocalVendor;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a caller names its call: by the header {@value #MARKER_HEADER}, else by the last {@code job-marker:NAME} anywhere in the body, where
 * NAME is of letters, digits, underscore and hyphen, else by the header {@code idempotency-key}. What stands in a prompt gets through every
 * gateway.
 */
record CallMarks(String marker, int attempt) {
    static final String MARKER_HEADER = "x-mock-marker";

    private static final byte[] TOKEN = "job-marker:".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_CHARS = 128;

    /** The marks of a call; an empty marker and attempt 0 stand for what it does not say. */
    static CallMarks of(MultiMap headers, byte[] body) {
        var marker = headers.get(MARKER_HEADER);
        if (marker == null) {
            marker = inBody(body);
        }
        if (marker == null) {
            marker = headers.get("idempotency-key");
        }
        var known = marker == null ? "" : marker.substring(0, Math.min(marker.length(), MOST_CHARS));
        return new CallMarks(known, attempt(headers.get(LocalVendor.ATTEMPT_HEADER)));
    }

    private static int attempt(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    }

    private static @Nullable String inBody(byte[] body) {
        for (int at = body.length - TOKEN.length; at >= 0; at--) {
            if (body[at] == TOKEN[0] && isToken(body, at)) {
                int from = at + TOKEN.length;
                int to = from;
                while (to < body.length && to - from < MOST_CHARS && isNameByte(body[to])) {
                    to++;
                }
                return new String(body, from, to - from, StandardCharsets.US_ASCII);
            }
        }
        return null;
    }

    private static boolean isToken(byte[] body, int at) {
        for (int i = 1; i < TOKEN.length; i++) {
            if (body[at + i] != TOKEN[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameByte(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' || b == '-';
    }
}
