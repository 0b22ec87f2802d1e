package dev.millrace.ops.vendor;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model for load tests, whose name says what it answers: {@code bench-d50-n200-g20-s8-i10}, with the first delta after 50 ms, 200 deltas in
 * all, 20 ms apart, of 8 bytes each, for a prompt that is charged as 10 tokens. Each delta is charged as one token.
 *
 * <p>Its text is {@link #text}: the natural numbers, so that a delta lost, repeated or out of order shows. They begin with 1, or with another
 * number, so that a reply that belongs to somebody else shows too: {@code bench-d0-n16-g0-f500}.
 *
 * @param firstDeltaMillis 0–3,600,000
 * @param deltas 0–100,000
 * @param gapMillis 0–3,600,000
 * @param deltaBytes 1–65,536, default 8; all deltas together at most 16 MiB
 * @param inputTokens 0–10,000,000, default 10
 * @param firstNumber that the text begins with, 0–999,999,999, default 1
 * @param joined by {@code -j} at the name's end, with a gap of 0 only: everything after the first delta is one write
 */
public record BenchModel(
        long firstDeltaMillis,
        int deltas,
        long gapMillis,
        int deltaBytes,
        int inputTokens,
        int firstNumber,
        boolean joined) {
    static final String PREFIX = "bench-";

    private static final Pattern NAME = Pattern.compile(
            "bench-d(\\d{1,7})-n(\\d{1,6})-g(\\d{1,7})(?:-s(\\d{1,5}))?(?:-i(\\d{1,8}))?(?:-f(\\d{1,9}))?(-j)?");
    private static final int MOST_MILLIS = 3_600_000;
    private static final int MOST_DELTAS = 100_000;
    private static final int MOST_DELTA_BYTES = 65_536;
    private static final int MOST_INPUT_TOKENS = 10_000_000;
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    public BenchModel {
        within("d", firstDeltaMillis, 0, MOST_MILLIS);
        within("n", deltas, 0, MOST_DELTAS);
        within("g", gapMillis, 0, MOST_MILLIS);
        within("s", deltaBytes, 1, MOST_DELTA_BYTES);
        within("i", inputTokens, 0, MOST_INPUT_TOKENS);
        within("n times s", (long) deltas * deltaBytes, 0, MOST_BYTES);
        if (joined && gapMillis > 0) {
            throw new IllegalArgumentException("bench model: only deltas without a gap can be joined");
        }
    }

    private static void within(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "bench model: " + what + " must be " + least + ".." + most + ", got " + value);
        }
    }

    /** Whether a model's name, after its last slash, begins like one of these. */
    static boolean isMeant(String model) {
        return model.startsWith(PREFIX, model.lastIndexOf('/') + 1);
    }

    /**
     * The model of a name; what stands before its last slash does not count. Empty when it is not one of these.
     *
     * @throws IllegalArgumentException when a number is out of its limits
     */
    public static Optional<BenchModel> ofName(String model) {
        var name = NAME.matcher(model).region(model.lastIndexOf('/') + 1, model.length());
        if (!name.matches()) {
            return Optional.empty();
        }
        return Optional.of(new BenchModel(
                Long.parseLong(name.group(1)),
                Integer.parseInt(name.group(2)),
                Long.parseLong(name.group(3)),
                number(name.group(4), 8),
                number(name.group(5), 10),
                number(name.group(6), 1),
                name.group(7) != null));
    }

    private static int number(@Nullable String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }

    /** A name of this model. */
    public String name() {
        return PREFIX + "d" + firstDeltaMillis + "-n" + deltas + "-g" + gapMillis + "-s" + deltaBytes + "-i"
                + inputTokens + (firstNumber == 1 ? "" : "-f" + firstNumber) + (joined ? "-j" : "");
    }

    /** What a whole reply of this model says, and all deltas of a streamed one together. */
    public String text() {
        return text(firstNumber, deltas, deltaBytes);
    }

    /** The text of so many deltas of so many bytes: the beginning of {@code "1 2 3 4 …"}, ASCII. */
    public static String text(int deltas, int deltaBytes) {
        return text(1, deltas, deltaBytes);
    }

    private static String text(int firstNumber, int deltas, int deltaBytes) {
        int length = Math.multiplyExact(deltas, deltaBytes);
        var text = new StringBuilder(length + 10);
        for (long number = firstNumber; text.length() < length; number++) {
            text.append(number).append(' ');
        }
        text.setLength(length);
        return text.toString();
    }

    /** Milliseconds from the request to the delta of this index when nothing is late. */
    long dueMillis(int delta) {
        return firstDeltaMillis + gapMillis * delta;
    }
}
