package dev.millrace.egress.log;

import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import java.time.Duration;
import java.time.InstantSource;

/** Tells a job that has no result yet from one that never was and from one that was too long ago. */
final class Existence {
    static final String NOT_FOUND = "no such job";
    static final String EXPIRED = "the job's results are not kept any more";

    private final RequestLookup requests;
    private final Duration retention;
    private final InstantSource clock;

    Existence(RequestLookup requests, Duration retention, InstantSource clock) {
        this.requests = requests;
        this.retention = retention;
        this.clock = clock;
    }

    enum Answer {
        /** The request is on the log. */
        QUEUED,
        UNKNOWN,
        /** Whatever it was, its results are past their retention. */
        EXPIRED
    }

    /** About a job without any record on the results log. */
    Answer of(LogReader reader, JobId id, AccountId account) throws InterruptedException {
        var created = id.createdAtMillis();
        if (created.isPresent() && created.getAsLong() + retention.toMillis() < clock.millis()) {
            return Answer.EXPIRED;
        }
        return requests.find(reader, id, account).isPresent() ? Answer.QUEUED : Answer.UNKNOWN;
    }
}
