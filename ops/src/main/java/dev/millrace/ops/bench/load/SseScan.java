package dev.millrace.ops.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of chat-completion chunks as bytes, cut anywhere: which of them carry content, whether an error is among them, whether
 * {@code [DONE]} came last. No JSON is parsed; a {@code content} member is looked for, which text inside a string cannot look like. Not
 * thread-safe.
 */
final class SseScan {
    private static final byte[] DATA = ascii("data:");
    private static final byte[] DONE = ascii("[DONE]");
    private static final byte[] ERROR = ascii("\"error\":");
    private static final int MAX_SHOWN = 200;

    private final Content content;
    private byte[] rest = new byte[0];
    private boolean done;
    private @Nullable String failure;

    SseScan(Content content) {
        this.content = content;
    }

    /** Takes the next bytes and returns how many pieces of content they completed. */
    int feed(byte[] bytes) {
        var all = rest.length == 0 ? bytes : joined(bytes);
        int pieces = 0;
        int start = 0;
        for (int i = rest.length; i < all.length; i++) {
            if (all[i] == '\n') {
                pieces += line(all, start, i > start && all[i - 1] == '\r' ? i - 1 : i);
                start = i + 1;
            }
        }
        rest = start == all.length ? new byte[0] : Arrays.copyOfRange(all, start, all.length);
        return pieces;
    }

    private byte[] joined(byte[] bytes) {
        var all = Arrays.copyOf(rest, rest.length + bytes.length);
        System.arraycopy(bytes, 0, all, rest.length, bytes.length);
        return all;
    }

    private int line(byte[] bytes, int from, int to) {
        if (!Bytes.startsWith(bytes, from, to, DATA)) {
            return 0;
        }
        int at = from + DATA.length;
        while (at < to && bytes[at] == ' ') {
            at++;
        }
        if (done) {
            fail("data after [DONE]");
            return 0;
        }
        if (Bytes.startsWith(bytes, at, to, DONE)) {
            done = true;
            return 0;
        }
        if (content.take(bytes, at, to) > 0) {
            return 1;
        }
        if (Bytes.indexOf(bytes, at, to, ERROR) >= 0) {
            fail(new String(bytes, at, Math.min(MAX_SHOWN, to - at), StandardCharsets.UTF_8));
        }
        return 0;
    }

    private void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** What is wrong with the stream as a whole, now that it has ended; empty when nothing is. */
    Optional<String> verdict() {
        if (failure != null) {
            return Optional.of("error in the stream: " + failure);
        }
        if (!done) {
            return Optional.of("the stream ended without [DONE]");
        }
        return content.complete() ? Optional.empty() : Optional.of("content differs from the vendor's");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
