package dev.millrace.router.processor;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.Lane;
import dev.millrace.avro.Terminal;
import dev.millrace.job.AccountId;
import dev.millrace.router.course.DeadlinePolicy;
import dev.millrace.router.course.Ends;
import dev.millrace.router.course.Revision;
import dev.millrace.router.settlement.SettlementRule;
import dev.millrace.router.store.Accounts;
import dev.millrace.router.store.HeldJobs;
import dev.millrace.router.store.IdempotencyKeys;
import dev.millrace.router.store.Jobs;
import dev.millrace.router.window.Window.Room;
import dev.millrace.router.window.WindowPolicy;
import java.util.Objects;

/**
 * Moves a job from phase to phase: keeps the stores, the account's window and the outgoing records in step. Decides nothing.
 *
 * <p>Every method takes the job as the store holds it, possibly with facts added, and leaves the store up to date.
 */
final class JobDesk {
    private static final long OVERLOAD_RETRY_MILLIS = 30_000;

    private final Jobs jobs;
    private final HeldJobs held;
    private final IdempotencyKeys keys;
    private final Accounts accounts;
    private final Outbox outbox;
    private final WindowPolicy windows;
    private final DeadlinePolicy deadlines;

    JobDesk(
            Jobs jobs,
            HeldJobs held,
            IdempotencyKeys keys,
            Accounts accounts,
            Outbox outbox,
            WindowPolicy windows,
            DeadlinePolicy deadlines) {
        this.jobs = jobs;
        this.held = held;
        this.keys = keys;
        this.accounts = accounts;
        this.outbox = outbox;
        this.windows = windows;
        this.deadlines = deadlines;
    }

    /** Lets a new job go, or wait, or ends it when too many wait. */
    void enter(JobState job) {
        switch (held.window(job.getAccount(), job.getLane()).roomForNew(limit(job))) {
            case DISPATCH -> {
                dispatch(job, job.getTarget());
                held.dispatched(job);
            }
            case HOLD -> hold(job);
            case FULL -> announce(job, Ends.overloaded(job, OVERLOAD_RETRY_MILLIS));
        }
    }

    /** Takes over a new job whose first attempt was already made by order of an aborted transaction: counts it, orders nothing. */
    JobState adopt(JobState job) {
        held.dispatched(job);
        var adopted =
                Revision.of(job).setPhase(JobPhase.DISPATCHED).setAttempt(1).build();
        return jobs.put(adopted, watchdogMillis(adopted));
    }

    /** Makes the next attempt at once. */
    void tryAgain(JobState job, int target) {
        dispatch(job, target);
        if (job.getPhase() != JobPhase.DISPATCHED) {
            leave(job);
            held.dispatched(job);
        }
    }

    /** Gives up the job's place among the outstanding until the next attempt is due. */
    void tryAgainAt(JobState job, int target, long atMillis) {
        leave(job);
        var waiting = Revision.of(job)
                .setPhase(JobPhase.WAITING_RETRY)
                .setTarget(target)
                .build();
        jobs.put(waiting, atMillis);
        release(job.getAccount(), job.getLane());
    }

    /** The wait is over: the job takes its old place in the order, behind fresh work of higher priority. */
    void resume(JobState job) {
        if (held.window(job.getAccount(), job.getLane()).roomForNew(limit(job)) == Room.DISPATCH) {
            dispatch(job, job.getTarget());
            held.dispatched(job);
        } else {
            hold(job);
        }
    }

    /** Orders the attempt that the job stands at once more. */
    void orderAgain(JobState job) {
        outbox.attempt(job, request(job));
    }

    /** Has the end of a job written whose time is over; an attempt that is in the workers' hands until now may have written another. */
    void expire(JobState job, Terminal end) {
        boolean running = job.getPhase() == JobPhase.DISPATCHED;
        announce(running ? Revision.of(job).setLostSight(true).build() : job, end);
    }

    /** Has a worker look at the log and report the end that readers have; this one is written where they have none. Changes no phase. */
    void verify(JobState job, Terminal end) {
        outbox.end(Revision.of(job).setLostSight(true).build(), end);
    }

    /** Has the end written; the job is settled when that is reported. */
    void announce(JobState job, Terminal end) {
        leave(job);
        var announcing = Revision.of(job)
                .setPhase(JobPhase.ANNOUNCING)
                .setRequest(null)
                .setAnnounced(end)
                .setAnnouncements(job.getAnnouncements() + 1)
                .build();
        outbox.end(announcing, end);
        jobs.put(announcing, outbox.nowMillis() + deadlines.announceAgainMillis(announcing.getAnnouncements()));
        release(job.getAccount(), job.getLane());
    }

    /** Readers have an end: writes the settlement where it says anything new. */
    void settle(JobState job) {
        leave(job);
        var ended = Revision.of(job).setPhase(JobPhase.ENDED).setRequest(null).setAnnounced(null);
        SettlementRule.settle(job, outbox.nowMillis()).ifPresent(settlement -> {
            outbox.settlement(settlement);
            ended.setSettlement(settlement);
        });
        boolean first = job.getPhase() != JobPhase.ENDED;
        jobs.put(
                ended.build(),
                first ? outbox.nowMillis() + deadlines.keepEnded().toMillis() : job.getDueAtMillis());
        release(job.getAccount(), job.getLane());
    }

    /** Looks at a kept call again when its lease has run out. */
    void watch(JobState job) {
        var lease = Objects.requireNonNull(job.getLease(), "a watched job has a lease");
        jobs.put(job, Math.min(lease.getEndsAtMillis(), watchdogMillis(job)));
    }

    /** Keeps new facts about a job and changes nothing else. */
    void keep(JobState job) {
        jobs.put(job, job.getDueAtMillis());
    }

    /** Nothing may be asked about the job any more. */
    void forget(JobState job) {
        leave(job);
        keys.release(job);
        jobs.remove(job);
    }

    /**
     * Writes the order before anything else about the job: a worker waits for it, while the changelogs wait for nobody, and what the producer
     * is given later goes out behind it.
     */
    private void dispatch(JobState job, int target) {
        var dispatched = Revision.of(job)
                .setPhase(JobPhase.DISPATCHED)
                .setTarget(target)
                .setAttempt(job.getAttempt() + 1)
                .setLease(null)
                .build();
        outbox.attempt(dispatched, request(dispatched));
        jobs.put(dispatched, watchdogMillis(dispatched));
    }

    private void hold(JobState job) {
        held.add(job);
        jobs.put(Revision.of(job).setPhase(JobPhase.HELD).build(), job.getDeadlineAtMillis());
    }

    /** Takes the job out of the counts of its phase. */
    private void leave(JobState job) {
        switch (job.getPhase()) {
            case DISPATCHED -> held.returned(job);
            case HELD -> held.remove(job);
            case NEW, WAITING_RETRY, ANNOUNCING, ENDED, UNKNOWN -> {}
        }
    }

    /** Lets go who waits, as far as there is room. */
    private void release(String account, Lane lane) {
        int room = held.window(account, lane).releasable(limit(account, lane));
        for (int i = 0; i < room; i++) {
            var next = held.release(account, lane);
            var job = next == null ? null : jobs.find(next);
            if (job == null) {
                throw new IllegalStateException("held-by-order and windows-by-account disagree about " + account);
            }
            dispatch(job, job.getTarget());
        }
    }

    private long watchdogMillis(JobState job) {
        return job.getDeadlineAtMillis() + deadlines.grace().toMillis();
    }

    private WindowPolicy.Limit limit(JobState job) {
        return limit(job.getAccount(), job.getLane());
    }

    private WindowPolicy.Limit limit(String account, Lane lane) {
        return windows.limit(lane, accounts.policy(new AccountId(account)).maxOutstanding());
    }

    private static InferenceRequest request(JobState job) {
        return Objects.requireNonNull(job.getRequest(), "an open job has its request");
    }
}
