package dev.millrace.worker.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Splits a byte stream into server-sent events: lines end in CR, LF or CRLF, a byte order mark at the start is skipped, comments are
 * skipped, several {@code data} lines join with LF, and an event counts only once its blank line has come.
 *
 * <p>The stream may be cut at any byte, inside a UTF-8 sequence too. Memory is bounded by {@link DecoderLimits}. Not thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">WHATWG, parsing an event stream</a>
 */
public final class SseParser {
    private static final int BOM_BYTES = 3;

    private final Listener listener;
    private final ByteAccumulator line;
    private final ByteAccumulator data;
    private String event = "";
    private boolean dataSeen;
    private boolean firstLine = true;
    private boolean skipLf;
    private boolean crlfSeen;
    private boolean overflowed;

    /** Receives what the stream holds, in order. */
    public interface Listener {
        /**
         * One event with data.
         *
         * @param type of the last {@code event} field, or {@code message}
         * @return false to stop: bytes not looked at yet are left in the buffer
         */
        boolean event(String type, String data);
    }

    public SseParser(DecoderLimits limits, Listener listener) {
        this.listener = listener;
        this.line = new ByteAccumulator(limits.maxLineBytes());
        this.data = new ByteAccumulator(limits.maxEventBytes());
    }

    /** Consumes bytes until the buffer is empty, the listener stops, or a limit is passed; false for the last two. */
    public boolean feed(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !overflowed) {
            if (skipLf) {
                skipLf = false;
                if (bytes.get(bytes.position()) == '\n') {
                    crlfSeen = true;
                    bytes.get();
                    continue;
                }
            }
            int end = lineEnd(bytes);
            if (!line.append(bytes, end - bytes.position())) {
                overflowed = true;
                return false;
            }
            if (!bytes.hasRemaining()) {
                return true;
            }
            skipLf = bytes.get() == '\r';
            if (!endLine()) {
                return false;
            }
        }
        return !overflowed;
    }

    /** Whether a line or an event was longer than allowed. */
    public boolean overflowed() {
        return overflowed;
    }

    /** Whether the stream stands between two events, with no part of a line or of a line end missing. */
    public boolean atBoundary() {
        return line.isEmpty() && !dataSeen && !(skipLf && crlfSeen);
    }

    private static int lineEnd(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            byte b = bytes.get(i);
            if (b == '\n' || b == '\r') {
                return i;
            }
        }
        return bytes.limit();
    }

    private boolean endLine() {
        int start = firstLine && startsWithBom() ? BOM_BYTES : 0;
        firstLine = false;
        boolean goOn = true;
        if (line.length() == start) {
            goOn = dispatch();
        } else if (line.byteAt(start) != ':') {
            field(start);
        }
        line.clear();
        return goOn && !overflowed;
    }

    private boolean startsWithBom() {
        return line.length() >= BOM_BYTES
                && line.byteAt(0) == (byte) 0xEF
                && line.byteAt(1) == (byte) 0xBB
                && line.byteAt(2) == (byte) 0xBF;
    }

    private void field(int start) {
        int colon = start;
        while (colon < line.length() && line.byteAt(colon) != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, line.length());
        if (value < line.length() && line.byteAt(value) == ' ') {
            value++;
        }
        if (isField(start, colon, "data")) {
            appendData(value);
        } else if (isField(start, colon, "event")) {
            event = line.text(value);
        }
    }

    private boolean isField(int start, int colon, String name) {
        if (colon - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (line.byteAt(start + i) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void appendData(int value) {
        var bytes = line.view();
        bytes.position(value);
        dataSeen = true;
        if (!data.append(bytes, bytes.remaining()) || !data.append((byte) '\n')) {
            overflowed = true;
        }
    }

    private boolean dispatch() {
        var type = event.isEmpty() ? "message" : event;
        event = "";
        if (!dataSeen) {
            return true;
        }
        data.trimLast();
        var text = StandardCharsets.UTF_8.decode(data.view()).toString();
        data.clear();
        dataSeen = false;
        return listener.event(type, text);
    }
}
