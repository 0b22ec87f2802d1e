package dev.millrace.ops.bench.load;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * When calls are meant to be sent, as nanoseconds after the beginning, ascending.
 *
 * <p>A call that goes out late was meant to go out on time all the same: what is measured counts from here.
 */
public final class Schedule {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long[] offsetsNanos;

    private Schedule(long[] offsetsNanos) {
        this.offsetsNanos = offsetsNanos;
    }

    public long[] offsetsNanos() {
        return offsetsNanos.clone();
    }

    /** Independent arrivals: gaps are exponentially distributed. The same for the same seed. */
    public static Schedule poisson(double perSecond, Duration length, long seed) {
        var random = new SplittableRandom(seed);
        int count = calls(perSecond, length);
        var offsets = new long[count];
        double atNanos = 0;
        for (int i = 0; i < count; i++) {
            atNanos += -Math.log(1 - random.nextDouble()) / perSecond * NANOS_PER_SECOND;
            offsets[i] = (long) atNanos;
        }
        return new Schedule(offsets);
    }

    /** Equal gaps. */
    public static Schedule constant(double perSecond, int count) {
        var offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = (long) (i / perSecond * NANOS_PER_SECOND);
        }
        return new Schedule(offsets);
    }

    public int calls() {
        return offsetsNanos.length;
    }

    private static int calls(double perSecond, Duration length) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("calls per second must be positive, got " + perSecond);
        }
        return (int) Math.max(1, Math.round(perSecond * length.toNanos() / NANOS_PER_SECOND));
    }
}
