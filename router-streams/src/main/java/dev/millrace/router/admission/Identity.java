package dev.millrace.router.admission;

import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import org.jspecify.annotations.Nullable;

/** Whose record it is and which job it means. The record's key decides the account: it decided the partition, and so the writer. */
public sealed interface Identity {
    /** Account and job are certain. */
    record Known(JobKey key) implements Identity {}

    /**
     * The account cannot be trusted, so nothing is admitted.
     *
     * @param tell where an announcement would reach the submitter, or null
     */
    record Untrusted(@Nullable JobKey tell, String reason) implements Identity {}

    /** The identity of a request. */
    static Identity of(String account, String jobId, Origin origin) {
        var key = origin.key();
        if (key == null || !AccountId.isValid(key)) {
            return new Untrusted(
                    null, "the record's key must be the account, and is " + (key == null ? "missing" : "not one"));
        }
        var known = new JobKey(new AccountId(key), jobOf(jobId, origin));
        return account.equals(key) ? new Known(known) : new Untrusted(known, "account: must equal the record's key");
    }

    /** The identity of bytes that are not a request, if their headers and key name one; else null. */
    static @Nullable JobKey ofHeaders(Submission.Illegible unreadable) {
        var account = unreadable.origin().key();
        var job = unreadable.jobId();
        return account != null && AccountId.isValid(account) && job != null && JobId.isValid(job)
                ? new JobKey(new AccountId(account), new JobId(job))
                : null;
    }

    private static JobId jobOf(String jobId, Origin origin) {
        return JobId.isValid(jobId)
                ? new JobId(jobId)
                : JobId.ofRecord(origin.topic(), origin.partition(), origin.offset());
    }
}
