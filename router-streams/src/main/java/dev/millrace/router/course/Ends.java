package dev.millrace.router.course;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.ExecutionReport;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.error.ErrorCode;
import dev.millrace.router.settlement.SettlementRule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ends the router decides. Pure. */
public final class Ends {
    private Ends() {}

    /** The deadline passed while the job waited, or its worker never reported. */
    public static Terminal expired(JobState job) {
        return end(job, JobStatus.EXPIRED, ErrorCode.DEADLINE_EXCEEDED.detail("the deadline passed"), null);
    }

    /** Stopped on request: free when nothing ran, else billed for what was delivered. */
    public static Terminal stopped(JobState job) {
        var error = ErrorCode.CANCELLED.detail("the job was cancelled");
        return job.getAttempt() == 0
                ? end(job, JobStatus.ABORTED, error, null)
                : end(job, JobStatus.CANCELLED, error, delivered(job).orElse(null));
    }

    /** Nothing more will be tried: incomplete when readers have content, else failed. */
    public static Terminal failed(JobState job, ErrorDetail error) {
        return job.getContentDelivered()
                ? end(job, JobStatus.INCOMPLETE, error, delivered(job).orElse(null))
                : end(job, JobStatus.FAILED, error, null);
    }

    /** Readers dropped the end that was reported, and nobody writes another: for them the job breaks off. */
    public static Terminal overtaken(JobState job) {
        return failed(job, ErrorCode.INTERNAL.detail("the end of the job was overtaken"));
    }

    /** There is no room for the job. */
    public static Terminal overloaded(JobState job, long retryAfterMillis) {
        var error = ErrorDetail.newBuilder(ErrorCode.OVERLOADED.detail("too many jobs of the account wait"))
                .setRetryable(true)
                .setRetryAfterMillis(retryAfterMillis)
                .build();
        return end(job, JobStatus.FAILED, error, null);
    }

    private static Optional<ExecutionReport> delivered(JobState job) {
        return job.getExecutions().stream()
                .filter(ExecutionReport::getContentDelivered)
                .reduce((first, second) -> second);
    }

    private static Terminal end(JobState job, JobStatus status, ErrorDetail error, @Nullable ExecutionReport billed) {
        var usage = billed == null ? null : billed.getUsage();
        long costNanos = billed == null ? 0 : SettlementRule.costNanos(job, status, billed.getModel(), usage);
        return Terminal.newBuilder()
                .setStatus(status)
                .setError(error)
                .setUsage(usage)
                .setCostNanos(costNanos)
                .setAttempts(job.getHistory())
                .build();
    }
}
