package dev.millrace.ops.bench.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The content of one reply as it grows, compared byte for byte with what is expected; kept only where nothing is expected yet. Not
 * thread-safe.
 */
final class Content {
    private static final byte[] MEMBER = "\"content\":".getBytes(StandardCharsets.US_ASCII);

    private final byte @Nullable [] expected;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private int length;
    private boolean differs;

    /** @param expected null: whatever comes is kept */
    Content(byte @Nullable [] expected) {
        this.expected = expected;
    }

    /** Takes the first {@code content} string of a JSON text and returns its length in bytes; 0 when there is none. */
    int take(byte[] json, int from, int to) {
        int at = Bytes.indexOf(json, from, to, MEMBER);
        if (at < 0) {
            return 0;
        }
        at += MEMBER.length;
        while (at < to && json[at] == ' ') {
            at++;
        }
        if (at >= to || json[at] != '"') {
            return 0;
        }
        int before = length;
        string(json, at + 1, to);
        return length - before;
    }

    private void string(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] != '"') {
            if (json[at] == '\\') {
                at = escape(json, at + 1, to);
            } else {
                add(json[at++]);
            }
        }
    }

    private int escape(byte[] json, int at, int to) {
        if (at >= to) {
            return to;
        }
        switch (json[at]) {
            case 'n' -> add((byte) '\n');
            case 't' -> add((byte) '\t');
            case 'r' -> add((byte) '\r');
            case 'b' -> add((byte) '\b');
            case 'f' -> add((byte) '\f');
            case 'u' -> {
                return unicode(json, at + 1, to);
            }
            default -> add(json[at]);
        }
        return at + 1;
    }

    private int unicode(byte[] json, int at, int to) {
        if (at + 4 > to) {
            return to;
        }
        var text = String.valueOf((char) Integer.parseInt(ascii(json, at, at + 4), 16));
        int end = at + 4;
        if (Character.isHighSurrogate(text.charAt(0)) && end + 6 <= to && json[end] == '\\' && json[end + 1] == 'u') {
            text += (char) Integer.parseInt(ascii(json, end + 2, end + 6), 16);
            end += 6;
        }
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            add(each);
        }
        return end;
    }

    private static String ascii(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }

    private void add(byte each) {
        if (expected == null) {
            kept.write(each);
        } else if (length >= expected.length || expected[length] != each) {
            differs = true;
        }
        length++;
    }

    /** Whether all of what is expected came and nothing else. */
    boolean complete() {
        return !differs && (expected == null || length == expected.length);
    }

    /** What came, where nothing was expected. */
    byte[] kept() {
        return kept.toByteArray();
    }

    @Override
    public String toString() {
        return length + " bytes" + (differs ? ", other ones" : "") + (expected == null ? "" : " of " + expected.length)
                + (expected == null ? Arrays.toString(kept()) : "");
    }
}
