package dev.millrace.ops.bench.arm;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits between two looks at something that another process does. */
public final class Pause {
    private Pause() {}

    public static void millis(long millis) {
        of(Duration.ofMillis(millis));
    }

    /** Returns after that time, or at once when interrupted. */
    public static void of(Duration length) {
        long endNanos = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ArmFailure("interrupted");
            }
            LockSupport.parkNanos(left);
        }
    }
}
