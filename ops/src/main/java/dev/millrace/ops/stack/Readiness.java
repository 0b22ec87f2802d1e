package dev.millrace.ops.stack;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for parts that start by themselves. */
final class Readiness {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(5).toNanos();

    private Readiness() {}

    /**
     * Returns once {@code ready}.
     *
     * @param failure why it will never be, or null
     * @throws StackException when it failed, or took longer than {@code patience}
     */
    static void await(String part, BooleanSupplier ready, Supplier<@Nullable Throwable> failure, Duration patience) {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (!ready.getAsBoolean()) {
            var cause = failure.get();
            if (cause != null) {
                throw new StackException("The " + part + " could not start: " + cause, cause);
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new StackException("The " + part + " was not ready within " + patience.toSeconds() + " s.");
            }
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new StackException("Interrupted while the " + part + " started.");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
