package dev.millrace.router.course;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.CallLease;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.error.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose order is committed as done while they still run: only their own worker can finish them, so the router watches over them.
 *
 * <p>The worker counts a lease from the moment it sends the record, the router from the moment it reads it: the worker's ends first, and a
 * worker that cannot renew it gives the call up. Pure.
 */
public final class Leases {
    private Leases() {}

    /**
     * The job under the lease that the report asks for; empty when that attempt is not the one in the workers' hands. There is one lease at a time:
     * an execution that had it before is lost sight of.
     */
    public static Optional<JobState> grant(JobState job, AttemptOutcome kept, long nowMillis) {
        var millis = kept.getLeaseMillis();
        if (millis == null || job.getPhase() != JobPhase.DISPATCHED || kept.getAttempt() != job.getAttempt()) {
            return Optional.empty();
        }
        var lease =
                new CallLease(kept.getAttempt(), kept.getEpoch(), kept.getWorker(), nowMillis + Math.max(0, millis));
        return Optional.of(Revision.of(job)
                .setLease(lease)
                .setLostSight(job.getLostSight() || isOfAnother(job.getLease(), lease))
                .setContentDelivered(job.getContentDelivered() || kept.getContentDelivered())
                .build());
    }

    /** The job when an execution has reported: one that still has the lease, if it is another, is lost sight of. */
    public static JobState without(JobState job, AttemptOutcome report) {
        var lease = job.getLease();
        return lease == null || (lease.getAttempt() == report.getAttempt() && lease.getEpoch() == report.getEpoch())
                ? job
                : Revision.of(job).setLostSight(true).build();
    }

    private static boolean isOfAnother(@Nullable CallLease before, CallLease now) {
        return before != null && (before.getAttempt() != now.getAttempt() || before.getEpoch() != now.getEpoch());
    }

    /** Whether a worker has let its lease run out. */
    static boolean isOver(JobState job, long nowMillis) {
        var lease = job.getLease();
        return lease != null && lease.getAttempt() == job.getAttempt() && lease.getEndsAtMillis() <= nowMillis;
    }

    /** What the worker would have reported, had it not died. */
    static AttemptOutcome broken(JobState job, CallLease lease, long nowMillis) {
        var target = job.getPlan().get(job.getTarget());
        boolean content = job.getContentDelivered();
        return AttemptOutcome.newBuilder()
                .setJobId(job.getJobId())
                .setAccount(job.getAccount())
                .setAttempt(lease.getAttempt())
                .setEpoch(lease.getEpoch())
                .setWorker(lease.getWorker())
                .setProvider(target.getProvider())
                .setModel(target.getModel())
                .setKind(content ? OutcomeKind.TRUNCATED : OutcomeKind.UNANSWERED)
                .setError(ErrorCode.INTERNAL.detail("the worker was lost during the call"))
                .setContentDelivered(content)
                .setStartedAtMillis(nowMillis)
                .setEndedAtMillis(nowMillis)
                .build();
    }
}
