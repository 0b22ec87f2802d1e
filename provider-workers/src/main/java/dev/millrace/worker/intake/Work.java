package dev.millrace.worker.intake;

import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.Lane;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One dispatch record as this worker took it.
 *
 * @param epoch of the group membership under which it was taken: the epoch of its execution
 * @param maybeRedelivered whether another worker may have begun it: it lay on the log before this one owned the partition, or the router says so
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

    /** The place on the log and the epoch say which it is; to compare what is in a request would cost as much as reading it. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Work work
                && offset == work.offset
                && epoch == work.epoch
                && partition.equals(work.partition);
    }

    @Override
    public int hashCode() {
        return 31 * partition.hashCode() + Long.hashCode(offset);
    }

    /** Ids only. */
    @Override
    public String toString() {
        return "Work[" + dispatch.getJobId() + " attempt " + dispatch.getAttempt() + " at " + partition + "@" + offset
                + "]";
    }
}
