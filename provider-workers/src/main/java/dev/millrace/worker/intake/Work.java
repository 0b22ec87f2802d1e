package dev.millrace.worker.intake;

import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.Lane;
import org.apache.kafka.common.TopicPartition;

/**
 * One dispatch record as this worker took it.
 *
 * @param epoch of the group membership under which it was taken: the epoch of its execution
 * @param maybeRedelivered whether another worker may have begun it: it lay on the log before this one owned the partition
 */
public record Work(
        TopicPartition partition,
        long offset,
        Lane lane,
        int epoch,
        boolean maybeRedelivered,
        InferenceDispatch dispatch) {
    /** What a worker must not run twice. */
    public record Key(String jobId, int attempt) {}

    public Key key() {
        return new Key(dispatch.getJobId(), dispatch.getAttempt());
    }

    /** Ids only. */
    @Override
    public String toString() {
        return "Work[" + dispatch.getJobId() + " attempt " + dispatch.getAttempt() + " at " + partition + "@" + offset
                + "]";
    }
}
