package dev.millrace.egress.log;

import dev.millrace.avro.Terminal;
import dev.millrace.egress.reply.Reply;
import dev.millrace.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * A job as the log told it at one moment.
 *
 * @param createdAtMillis epoch milliseconds of the submit; of the first record where the id does not tell
 * @param provider of the last accepted record; empty while queued
 * @param model of the last accepted record, {@code provider/model}; empty while queued
 * @param attempts executions seen so far, from the terminal once it has ended
 * @param events events so far: the next one has this index
 * @param reply what the job has said so far
 * @param terminal null until it has ended
 */
public record JobSnapshot(
        JobId id,
        Phase phase,
        long createdAtMillis,
        String provider,
        String model,
        int attempts,
        long events,
        Reply reply,
        @Nullable Terminal terminal) {
    /** How far the job has come. */
    public enum Phase {
        /** The request is on the log; no result yet. */
        QUEUED,
        RUNNING,
        /** The terminal says how. */
        ENDED
    }
}
