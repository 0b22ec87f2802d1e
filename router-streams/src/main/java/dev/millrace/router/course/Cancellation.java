package dev.millrace.router.course;

import dev.millrace.avro.JobState;
import dev.millrace.avro.Terminal;

/** What a cancel does to a job. Pure. */
public sealed interface Cancellation {
    /** Nobody works on it: it ends here. */
    record EndNow(Terminal end) implements Cancellation {}

    /** A worker has it and reads the same order; the router only makes sure that nothing is tried again. */
    record Remember() implements Cancellation {}

    /** It has its end, or was cancelled before. */
    record TooLate() implements Cancellation {}

    static Cancellation of(JobState job) {
        return switch (job.getPhase()) {
            case NEW, HELD, WAITING_RETRY -> new EndNow(Ends.stopped(job));
            case DISPATCHED -> job.getCancelRequested() ? new TooLate() : new Remember();
            case ANNOUNCING, ENDED, UNKNOWN -> new TooLate();
        };
    }
}
