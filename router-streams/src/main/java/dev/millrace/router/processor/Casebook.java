package dev.millrace.router.processor;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.JobState;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.course.Cancellation;
import dev.millrace.router.course.Ends;
import dev.millrace.router.course.Leases;
import dev.millrace.router.course.NextStep;
import dev.millrace.router.course.Reports;
import dev.millrace.router.course.RetryBudget;
import dev.millrace.router.course.RetryPolicy;
import dev.millrace.router.course.Revision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the rules what follows from a report or a cancel, and has the desk do it. */
final class Casebook {
    private static final Logger LOG = LoggerFactory.getLogger(Casebook.class);

    private final JobDesk desk;
    private final Outbox outbox;
    private final RetryPolicy retry;
    private final RetryBudget budget;

    Casebook(JobDesk desk, Outbox outbox, RetryPolicy retry, RetryBudget budget) {
        this.desk = desk;
        this.outbox = outbox;
        this.retry = retry;
        this.budget = budget;
    }

    /** Applies a report about a known job. */
    void follow(JobState before, AttemptOutcome outcome) {
        if (outcome.getKind() == OutcomeKind.KEPT) {
            keep(before, outcome);
            return;
        }
        count(outcome);
        var noted = Reports.note(Leases.without(before, outcome), outcome);
        var job = noted.job();
        switch (NextStep.after(noted, outcome, retry, budget, outbox.nowMillis())) {
            case NextStep.Settle _ -> desk.settle(job);
            case NextStep.Announce(var end) -> desk.announce(job, end);
            case NextStep.Verify(var end) -> {
                desk.verify(job, end);
                desk.settle(job);
            }
            case NextStep.TryAgain(int target, long atMillis) -> {
                if (atMillis <= outbox.nowMillis()) {
                    desk.tryAgain(job, target);
                } else {
                    desk.tryAgainAt(job, target, atMillis);
                }
            }
            case NextStep.Ignore(var reason) -> ignore(noted, reason);
        }
    }

    /** A kept call gets its lease; one that nobody will watch over, because the job has moved on, may write an end of which nobody hears. */
    private void keep(JobState before, AttemptOutcome kept) {
        var granted = Leases.grant(before, kept, outbox.nowMillis());
        if (granted.isPresent()) {
            desk.watch(granted.get());
        } else if (Reports.knows(before, kept)) {
            LOG.atDebug().addKeyValue("jobId", before.getJobId()).log("kept call has reported already");
        } else if (Reports.isOpen(before.getPhase())) {
            desk.keep(Revision.of(before).setLostSight(true).build());
        } else {
            var announced = before.getAnnounced();
            desk.verify(before, announced == null ? Ends.overtaken(before) : announced);
        }
    }

    /** The worker of a kept call let its lease run out: goes on as if it had reported that, but what it wrote meanwhile counts. */
    void lost(JobState before, AttemptOutcome report) {
        follow(Revision.of(before).setLostSight(true).build(), report);
    }

    /** Applies a cancel of a known job. */
    void cancel(JobState job) {
        switch (Cancellation.of(job)) {
            case Cancellation.EndNow(var end) -> desk.announce(job, end);
            case Cancellation.Remember _ ->
                desk.keep(Revision.of(job).setCancelRequested(true).build());
            case Cancellation.TooLate _ -> {}
        }
    }

    private void ignore(Reports.Noted noted, String reason) {
        var job = noted.job();
        LOG.atDebug()
                .addKeyValue("jobId", job.getJobId())
                .addKeyValue("account", job.getAccount())
                .addKeyValue("reason", reason)
                .log("report changes nothing");
        if (job.getSettlement() != null) {
            desk.settle(job);
        } else if (noted.isNews()) {
            desk.keep(job);
        }
    }

    private void count(AttemptOutcome outcome) {
        switch (outcome.getKind()) {
            case COMPLETED -> budget.succeeded(outcome.getProvider());
            case THROTTLED, UNAVAILABLE, UNANSWERED, TRUNCATED, MALFORMED -> budget.failed(outcome.getProvider());
            case REFUSED, CANCELLED, EXPIRED, ANNOUNCED, KEPT, UNKNOWN -> {}
        }
    }

    /** Whether a report says nothing about a job: a verdict was written. */
    static boolean isVerdict(AttemptOutcome outcome) {
        return outcome.getKind() == OutcomeKind.ANNOUNCED && outcome.getAttempt() == 0;
    }
}
