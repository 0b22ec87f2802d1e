package dev.millrace.egress.log;

import dev.millrace.avro.Lane;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Terminal;
import dev.millrace.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * One line of an account's job list.
 *
 * @param phase null when the bounded scan ended before the job's records were found
 * @param terminal null unless it has ended
 */
public record JobSummary(
        JobId id,
        long createdAtMillis,
        Operation operation,
        Lane lane,
        String model,
        JobSnapshot.@Nullable Phase phase,
        @Nullable Terminal terminal) {}
