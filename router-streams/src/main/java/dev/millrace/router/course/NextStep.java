package dev.millrace.router.course;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.error.ErrorCode;
import dev.millrace.router.settlement.SettlementRule;
import java.util.stream.IntStream;

/** What follows from a report about an attempt. Pure; vendor behaviour is a value, and this is where it is read. */
public sealed interface NextStep {
    /** Readers have an end: settle by it. */
    record Settle() implements NextStep {}

    /**
     * Make another attempt.
     *
     * @param target index into the plan
     * @param atMillis when; in the past or present means at once
     */
    record TryAgain(int target, long atMillis) implements NextStep {}

    /** Nobody has written an end and nothing more is tried: a worker is to write this one. */
    record Announce(Terminal end) implements NextStep {}

    /**
     * The job has ended, but another execution may have made readers drop that end: a worker is to look at the log, and to write this end where
     * readers have none.
     */
    record Verify(Terminal end) implements NextStep {}

    /** Nothing follows, beyond what the report may cost. */
    record Ignore(String reason) implements NextStep {}

    /**
     * The next step.
     *
     * @param noted the job with the outcome noted
     * @param budget asked whether a provider may be tried again
     */
    static NextStep after(
            Reports.Noted noted, AttemptOutcome outcome, RetryPolicy policy, RetryBudget budget, long nowMillis) {
        var before = noted.before();
        var job = noted.job();
        if (outcome.getTerminal() != null) {
            return noted.isNews() && SettlementRule.isInDoubt(job) ? new Verify(Ends.overtaken(job)) : new Settle();
        }
        if (!noted.isNews()) {
            return new Ignore("reported before");
        }
        if (job.getPhase() == JobPhase.ENDED && SettlementRule.isInDoubt(job)) {
            return new Verify(Ends.failed(job, Failed.error(outcome)));
        }
        if (!Reports.isOpen(job.getPhase())) {
            return new Ignore("the end is decided");
        }
        boolean awaited = switch (before.getPhase()) {
            case DISPATCHED -> outcome.getAttempt() >= before.getAttempt();
            case NEW, HELD, WAITING_RETRY -> outcome.getAttempt() > before.getAttempt();
            case ANNOUNCING, ENDED, UNKNOWN -> false;
        };
        return awaited ? new Failed(job, outcome, policy, budget, nowMillis).next() : new Ignore("an earlier attempt");
    }

    /** One attempt that ended without an end of the job. */
    record Failed(JobState job, AttemptOutcome outcome, RetryPolicy policy, RetryBudget budget, long nowMillis) {
        NextStep next() {
            var kind = outcome.getKind();
            if (job.getCancelRequested() || kind == OutcomeKind.CANCELLED) {
                return new Announce(Ends.stopped(job));
            }
            if (kind == OutcomeKind.EXPIRED || nowMillis >= job.getDeadlineAtMillis()) {
                return new Announce(Ends.expired(job));
            }
            return switch (kind) {
                case REFUSED -> giveUp();
                case THROTTLED -> nextTarget(0);
                case UNAVAILABLE, UNANSWERED, TRUNCATED, MALFORMED, COMPLETED -> afterFailure();
                case ANNOUNCED, KEPT, UNKNOWN, CANCELLED, EXPIRED -> new Ignore("says nothing about the attempt");
            };
        }

        private NextStep afterFailure() {
            if (outcome.getContentDelivered() && !acceptsRestart()) {
                return giveUp();
            }
            return nextTarget(backoffMillis());
        }

        /** The fallback at once; without one the same target, after the wait its vendor asks for, or ours. */
        private NextStep nextTarget(long leastWaitMillis) {
            int fallbacks = job.getPlan().size() - job.getTarget() - 1;
            if (fallbacks > 0) {
                var target = IntStream.rangeClosed(job.getTarget() + 1, job.getTarget() + fallbacks)
                        .filter(this::isPermitted)
                        .findFirst();
                return target.isPresent() ? tryAgain(target.getAsInt(), nowMillis) : giveUp();
            }
            var asked = outcome.getRetryAfterMillis();
            long waitMillis = asked == null ? backoffMillis() : Math.max(leastWaitMillis, asked);
            long leftMillis = job.getDeadlineAtMillis() - nowMillis;
            return waitMillis >= leftMillis ? giveUp() : tryAgain(job.getTarget(), nowMillis + waitMillis);
        }

        private long backoffMillis() {
            return policy.backoffMillis(job.getJobId(), job.getAttempt());
        }

        private NextStep tryAgain(int target, long atMillis) {
            boolean allowed = job.getAttempt() < job.getMaxAttempts();
            return allowed && isPermitted(target) ? new TryAgain(target, atMillis) : giveUp();
        }

        private boolean isPermitted(int target) {
            return budget.permits(job.getPlan().get(target).getProvider());
        }

        private NextStep giveUp() {
            return new Announce(Ends.failed(job, error(outcome)));
        }

        private boolean acceptsRestart() {
            var request = job.getRequest();
            return request != null && request.getDelivery().getAcceptRestart();
        }

        private static ErrorDetail error(AttemptOutcome outcome) {
            var reported = outcome.getError();
            return reported != null ? reported : defaultError(outcome);
        }

        private static ErrorDetail defaultError(AttemptOutcome outcome) {
            var code = switch (outcome.getKind()) {
                case THROTTLED -> ErrorCode.VENDOR_THROTTLED;
                case REFUSED -> ErrorCode.VENDOR_REFUSED;
                case UNAVAILABLE -> ErrorCode.VENDOR_UNAVAILABLE;
                case UNANSWERED -> ErrorCode.VENDOR_TIMEOUT;
                case TRUNCATED -> ErrorCode.STREAM_TRUNCATED;
                case MALFORMED -> ErrorCode.VENDOR_MALFORMED;
                case COMPLETED, CANCELLED, EXPIRED, ANNOUNCED, KEPT, UNKNOWN -> ErrorCode.INTERNAL;
            };
            return code.detail("attempt " + outcome.getAttempt() + " at " + outcome.getProvider() + ": "
                    + code.code().replace('_', ' '));
        }
    }
}
