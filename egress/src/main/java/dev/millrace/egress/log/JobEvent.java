package dev.millrace.egress.log;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Verdict;
import dev.millrace.error.ErrorCode;

/** What a subscription tells its listener. */
public sealed interface JobEvent {
    /**
     * A record that does not end the job.
     *
     * @param index number of the event within the job, from 0; the same for every reader on every replica
     * @param restarted what was delivered before is void: another execution begins with this record
     */
    record Chunk(long index, InferenceResult record, boolean restarted) implements JobEvent {}

    /**
     * The end of the job; the last event of the subscription.
     *
     * <p>Delivered also to a reader that asked for events after {@code index}, so that nobody waits for an end that has been.
     *
     * @param record has a terminal and may carry deltas
     */
    record Ended(long index, InferenceResult record, boolean restarted) implements JobEvent {}

    /** The router's answer to a submit that carried an idempotency key. Has no index and may come at any time before the end. */
    record Answered(Verdict verdict) implements JobEvent {}

    /** This subscription cannot go on; its last event. The job itself is not affected. */
    record Lost(ErrorCode code, String message) implements JobEvent {}
}
