package dev.millrace.router.processor;

import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.admission.Admission.Admitted;
import dev.millrace.router.admission.Admission.Rejected;
import dev.millrace.router.admission.Idempotency;
import dev.millrace.router.admission.Identity;
import dev.millrace.router.admission.JobKey;
import dev.millrace.router.admission.Submission;
import dev.millrace.router.store.Jobs;

/** Makes a request a job and sends it on its way, or sees that its submitter is told why not. */
public final class AdmitJob extends JobProcessor<Submission> {
    public AdmitJob(RouterRules rules) {
        super(rules);
    }

    @Override
    void process(Workplace work, Submission value) {
        switch (value) {
            case Submission.Legible legible -> read(work, legible);
            case Submission.Illegible unreadable -> {
                var key = Identity.ofHeaders(unreadable);
                if (key != null && work.jobs().find(key) == null) {
                    reject(work, rules().admission().unreadable(key, unreadable, nowMillis(work)));
                }
            }
        }
    }

    private void read(Workplace work, Submission.Legible submission) {
        var request = submission.request();
        switch (Identity.of(request.getAccount(), request.getJobId(), submission.origin())) {
            case Identity.Untrusted(var tell, var reason) -> {
                if (tell != null && work.jobs().find(tell) == null) {
                    reject(work, rules().admission().untrusted(tell, submission, reason, nowMillis(work)));
                }
            }
            case Identity.Known(var key) -> {
                var known = work.jobs().find(key);
                if (known != null) {
                    repeat(work, known, submission);
                } else if (isFirst(work, key, submission)) {
                    admit(work, key, submission);
                }
            }
        }
    }

    /** Whether no other job has the request's idempotency key; if one has, the submitter is told. */
    private boolean isFirst(Workplace work, JobKey key, Submission.Legible submission) {
        var idempotencyKey = submission.request().getIdempotencyKey();
        var earlier = idempotencyKey == null ? null : work.keys().find(key.account(), idempotencyKey);
        return switch (Idempotency.of(earlier, submission.request())) {
            case Idempotency.FirstUse _ -> true;
            case Idempotency.Taken(var verdict) -> {
                work.outbox().verdict(rules().admission().bare(key, submission, nowMillis(work)), verdict);
                yield false;
            }
        };
    }

    private void admit(Workplace work, JobKey key, Submission.Legible submission) {
        var account = work.accounts().policy(key.account());
        var decision = rules().admission().decide(key, submission, account, nowMillis(work));
        if (submission.request().getIdempotencyKey() != null) {
            work.outbox().verdict(decision.job(), Idempotency.ADMITTED);
        }
        switch (decision) {
            case Rejected rejected -> reject(work, rejected);
            case Admitted(var job) -> {
                work.keys().claim(job);
                start(work, key, job);
            }
        }
    }

    private void start(Workplace work, JobKey key, JobState job) {
        var parked = work.parked().take(key);
        boolean ran = parked != null
                && parked.getOutcomes().stream().anyMatch(outcome -> outcome.getKind() != OutcomeKind.ANNOUNCED);
        if (ran) {
            work.desk().adopt(job);
        } else {
            work.desk().enter(job);
        }
        work.applyParked(key, parked);
    }

    private void reject(Workplace work, Rejected rejected) {
        var key = Jobs.keyOf(rejected.job());
        var parked = work.parked().take(key);
        work.desk().announce(rejected.job(), rejected.end());
        work.applyParked(key, parked);
    }

    /** The same job again changes nothing; only its order is repeated if this very record was read before and the order lost. */
    private void repeat(Workplace work, JobState known, Submission.Legible submission) {
        boolean sameRecord = known.getArrival() == submission.origin().offset();
        if (sameRecord
                && known.getPhase() == JobPhase.DISPATCHED
                && known.getExecutions().isEmpty()
                && known.getLease() == null) {
            work.desk().orderAgain(known);
        }
        if (submission.request().getIdempotencyKey() != null) {
            work.outbox().verdict(known, Idempotency.ofSameJob(known, submission.request()));
        }
    }

    private static long nowMillis(Workplace work) {
        return work.outbox().nowMillis();
    }
}
