package dev.millrace.worker.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte buffer with a ceiling; doubling keeps appending linear. Not thread-safe. */
public final class ByteAccumulator {
    private static final int INITIAL_BYTES = 512;

    private final int maxBytes;
    private byte[] bytes = new byte[0];
    private int length;

    public ByteAccumulator(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Appends {@code count} bytes of {@code from}, moving its position; false, and nothing appended, when they do not fit. */
    public boolean append(ByteBuffer from, int count) {
        if (count > maxBytes - length) {
            return false;
        }
        ensure(length + count);
        from.get(bytes, length, count);
        length += count;
        return true;
    }

    /** Appends one byte; false when it does not fit. */
    public boolean append(byte value) {
        if (length == maxBytes) {
            return false;
        }
        ensure(length + 1);
        bytes[length++] = value;
        return true;
    }

    /** Appends all that fits and says whether that was all; the position of {@code from} ends at its limit. */
    public boolean appendWhatFits(ByteBuffer from) {
        int fits = Math.min(from.remaining(), maxBytes - length);
        boolean all = fits == from.remaining();
        append(from, fits);
        from.position(from.limit());
        return all;
    }

    private void ensure(int needed) {
        if (needed > bytes.length) {
            long doubled = Math.max(INITIAL_BYTES, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(needed, doubled)));
        }
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Removes the last byte. */
    public void trimLast() {
        length--;
    }

    /** Forgets the content and keeps the memory, unless it is large. */
    public void clear() {
        length = 0;
        if (bytes.length > 1024 * 1024) {
            bytes = new byte[0];
        }
    }

    /** The content read as UTF-8 from {@code offset}; malformed sequences become U+FFFD. */
    public String text(int offset) {
        return new String(bytes, offset, length - offset, StandardCharsets.UTF_8);
    }

    public byte byteAt(int index) {
        return bytes[index];
    }

    /** The content in place; valid until the next change. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
