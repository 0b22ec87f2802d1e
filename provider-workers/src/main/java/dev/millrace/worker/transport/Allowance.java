package dev.millrace.worker.transport;

import org.jspecify.annotations.Nullable;

/**
 * How long a call may take in all, whatever the vendor does; our own pauses count too.
 *
 * @param attemptMillis what the request allows one attempt; missing it is the vendor's failure, and another attempt may follow
 * @param jobMillis what is left until the job's deadline; missing it ends the job
 */
public record Allowance(long attemptMillis, long jobMillis) {
    /** For a request that sets no limit to an attempt. */
    public static Allowance untilJobDeadline(long jobMillis) {
        return new Allowance(Long.MAX_VALUE, jobMillis);
    }

    /** What is left of it after some time. */
    Allowance after(long millis) {
        return new Allowance(
                attemptMillis == Long.MAX_VALUE ? attemptMillis : attemptMillis - millis, jobMillis - millis);
    }

    /** Milliseconds until the first of the two is missed; 0 or less when one is. */
    long leftMillis() {
        return Math.min(attemptMillis, jobMillis);
    }

    /** The one that is missed; null when none is. */
    @Nullable
    Overrun overrun() {
        return jobMillis <= 0 ? Overrun.TOTAL : attemptMillis <= 0 ? Overrun.ATTEMPT : null;
    }
}
