package dev.millrace.worker.transport;

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
}
