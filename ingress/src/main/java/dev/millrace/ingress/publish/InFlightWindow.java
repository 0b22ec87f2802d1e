package dev.millrace.ingress.publish;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds what is sent and not yet acknowledged, and tells a refused caller when to come again: the backlog divided by the rate at
 * which the log has been acknowledging lately.
 *
 * <p>Thread-safe; no call waits.
 */
final class InFlightWindow {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MAX_RETRY_AFTER_SECONDS = 60;

    private final int maxCount;
    private final long maxBytes;
    private final LongSupplier nanoClock;
    private int count;
    private long bytes;
    private double drainedPerSecond;
    private long drainedInWindow;
    private long windowStartNanos;

    InFlightWindow(int maxCount, long maxBytes, LongSupplier nanoClock) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
        this.nanoClock = nanoClock;
        this.windowStartNanos = nanoClock.getAsLong();
    }

    /** Takes a place for a record of {@code size} bytes; false when there is none. */
    synchronized boolean tryEnter(int size) {
        if (count >= maxCount || bytes + size > maxBytes) {
            return false;
        }
        count++;
        bytes += size;
        return true;
    }

    /** Gives the place back. */
    synchronized void leave(int size, boolean acknowledged) {
        count--;
        bytes -= size;
        roll();
        if (acknowledged) {
            drainedInWindow++;
        }
    }

    /** Seconds until half of the backlog is likely to be gone, 1-60; 60 when nothing is being acknowledged. */
    synchronized int retryAfterSeconds() {
        roll();
        double elapsedSeconds =
                Math.max(1.0, (nanoClock.getAsLong() - windowStartNanos) / (double) TimeUnit.SECONDS.toNanos(1));
        double perSecond = Math.max(drainedPerSecond, drainedInWindow / elapsedSeconds);
        if (perSecond <= 0) {
            return MAX_RETRY_AFTER_SECONDS;
        }
        long seconds = (long) Math.ceil(count / 2.0 / perSecond);
        return (int) Math.clamp(seconds, 1L, MAX_RETRY_AFTER_SECONDS);
    }

    synchronized int count() {
        return count;
    }

    synchronized long bytes() {
        return bytes;
    }

    private void roll() {
        long elapsedNanos = nanoClock.getAsLong() - windowStartNanos;
        if (elapsedNanos >= WINDOW_NANOS) {
            drainedPerSecond = drainedInWindow * (double) TimeUnit.SECONDS.toNanos(1) / elapsedNanos;
            drainedInWindow = 0;
            windowStartNanos = nanoClock.getAsLong();
        }
    }
}
