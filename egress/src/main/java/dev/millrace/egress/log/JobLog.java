package dev.millrace.egress.log;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import java.util.List;

/**
 * The jobs of all accounts, as their records on the log tell them.
 *
 * <p>Thread-safe. Listeners and futures are called on the Vert.x context of the caller (one is made for a caller that has none). A
 * job of another account looks like one that does not exist.
 */
public interface JobLog {
    /** A results partition that this process tails, round-robin: for {@link JobId#create(int)}. */
    int choosePartition();

    /**
     * Follows a job that is about to be submitted. Every record published after this method returned is seen: call it BEFORE
     * publishing the request.
     */
    Subscription open(JobId id, AccountId account, JobListener listener);

    /**
     * Follows a job from any point: catches up from the log, then goes on live, without gap or duplicate.
     *
     * @param afterIndex index of the last event the reader has; -1 for all
     */
    Subscription resume(JobId id, AccountId account, long afterIndex, JobListener listener);

    /**
     * What the log says of a job now.
     *
     * @return fails with {@link JobUnavailable}: {@code JOB_NOT_FOUND}, {@code RESULT_EXPIRED}, {@code OVERLOADED} or
     *     {@code LOG_UNAVAILABLE}
     */
    Future<JobSnapshot> snapshot(JobId id, AccountId account);

    /**
     * What a job was asked, as its record on the log says.
     *
     * @return fails with {@link JobUnavailable}: {@code JOB_NOT_FOUND}, {@code RESULT_EXPIRED}, {@code OVERLOADED} or
     *     {@code LOG_UNAVAILABLE}
     */
    Future<InferenceRequest> request(JobId id, AccountId account);

    /**
     * The account's latest jobs, newest first, as far back as a bounded scan of the log reaches.
     *
     * @param limit 1-100
     * @return fails with {@link JobUnavailable}: {@code OVERLOADED} or {@code LOG_UNAVAILABLE}
     */
    Future<List<JobSummary>> recent(AccountId account, int limit);
}
