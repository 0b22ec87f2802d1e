package dev.millrace.router.course;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.JobState;
import dev.millrace.avro.Terminal;

/** What is due when a job's time has come. Pure. */
public sealed interface WakeUp {
    /** The wait before the next attempt is over. */
    record Retry() implements WakeUp {}

    /** The worker of a kept call was lost: go on as if it had reported that. */
    record WorkerLost(AttemptOutcome report) implements WakeUp {}

    /** The deadline passed, and with it the grace of a running attempt. */
    record Expire(Terminal end) implements WakeUp {}

    /** Nobody reported the announced end: send it again. */
    record AnnounceAgain() implements WakeUp {}

    /** Everything anyone may still ask about it has expired. */
    record Forget() implements WakeUp {}

    static WakeUp of(JobState job, long nowMillis) {
        return switch (job.getPhase()) {
            case HELD -> new Expire(Ends.expired(job));
            case DISPATCHED -> {
                var lease = job.getLease();
                yield lease != null && Leases.isOver(job, nowMillis)
                        ? new WorkerLost(Leases.broken(job, lease, nowMillis))
                        : new Expire(job.getCancelRequested() ? Ends.stopped(job) : Ends.expired(job));
            }
            case WAITING_RETRY -> nowMillis >= job.getDeadlineAtMillis() ? new Expire(Ends.expired(job)) : new Retry();
            case ANNOUNCING -> new AnnounceAgain();
            case NEW, ENDED, UNKNOWN -> new Forget();
        };
    }
}
