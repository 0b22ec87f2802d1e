package dev.millrace.ingress.trace;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The place of one request in a trace.
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param spanId 16 lower-case hex digits, not all zero: the span of this process
 * @param flags two hex digits
 * @param state the caller's {@code tracestate}, passed on as it came; null when there is none
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceContext(
        String traceId,
        String spanId,
        String flags,
        @Nullable String state) {
    /** Header of HTTP and of records. */
    public static final String TRACEPARENT = "traceparent";

    public static final String TRACESTATE = "tracestate";

    private static final int MAX_STATE_CHARS = 512;
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final Pattern STATE = Pattern.compile("[\\x20-\\x7e]*");
    private static final String SAMPLED = "01";

    /** A new span in the caller's trace; in a new trace when the caller named none or a malformed one. */
    public static TraceContext continued(@Nullable String traceparent, @Nullable String tracestate) {
        var form = FORM.matcher(traceparent == null ? "" : traceparent);
        if (!form.matches() || !isUsable(form.group(1), form.group(2), form.group(3), form.group(5) != null)) {
            return new TraceContext(randomHex(2), randomHex(1), SAMPLED, null);
        }
        boolean stateUsable = tracestate != null
                && tracestate.length() <= MAX_STATE_CHARS
                && STATE.matcher(tracestate).matches();
        return new TraceContext(form.group(2), randomHex(1), form.group(4), stateUsable ? tracestate : null);
    }

    private static boolean isUsable(String version, String trace, String span, boolean hasMore) {
        return !version.equals("ff")
                && !(version.equals("00") && hasMore)
                && !trace.equals("0".repeat(32))
                && !span.equals("0".repeat(16));
    }

    /** The header that names this span as the parent. */
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }

    private static String randomHex(int longs) {
        var hex = new StringBuilder(16 * longs);
        for (int i = 0; i < longs; i++) {
            long value;
            do {
                value = ThreadLocalRandom.current().nextLong();
            } while (value == 0);
            hex.append(HexFormat.of().toHexDigits(value));
        }
        return hex.toString();
    }
}
