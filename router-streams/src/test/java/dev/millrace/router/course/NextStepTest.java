package dev.millrace.router.course;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.GAMMA;
import static dev.millrace.router.Samples.completed;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.Samples.request;
import static dev.millrace.router.Samples.usage;
import static dev.millrace.router.course.CourseJobs.DEADLINE;
import static dev.millrace.router.course.CourseJobs.NOW;
import static dev.millrace.router.course.CourseJobs.dispatched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.router.Samples;
import dev.millrace.router.course.NextStep.Announce;
import dev.millrace.router.course.NextStep.Ignore;
import dev.millrace.router.course.NextStep.Settle;
import dev.millrace.router.course.NextStep.TryAgain;
import dev.millrace.router.course.NextStep.Verify;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NextStepTest {
    private static final RetryPolicy POLICY = RetryPolicy.DEFAULTS;

    private final RetryBudget budget = new RetryBudget(POLICY);

    @Test
    void settlesWhenReadersHaveAnEnd() {
        assertThat(after(dispatched(ALPHA).build(), Samples.completed("job-1", 1, 7)))
                .isEqualTo(new Settle());
    }

    @ParameterizedTest
    @EnumSource(
            value = OutcomeKind.class,
            names = {"THROTTLED", "UNAVAILABLE", "UNANSWERED", "TRUNCATED", "MALFORMED"})
    void fallsBackAtOnceWhenThereIsAnotherTarget(OutcomeKind kind) {
        assertThat(after(
                        dispatched(ALPHA, BETA).build(),
                        outcome("job-1", 1, kind).build()))
                .isEqualTo(new TryAgain(1, NOW));
    }

    @ParameterizedTest
    @EnumSource(
            value = OutcomeKind.class,
            names = {"THROTTLED", "UNAVAILABLE", "UNANSWERED", "TRUNCATED", "MALFORMED"})
    void waitsAndTriesTheSameTargetWhenThereIsNoOther(OutcomeKind kind) {
        var step = after(dispatched(ALPHA).build(), outcome("job-1", 1, kind).build());

        assertThat(step).isEqualTo(new TryAgain(0, NOW + POLICY.backoffMillis("job-1", 1)));
    }

    @Test
    void waitsAsLongAsTheVendorAsks() {
        var throttled = outcome("job-1", 1, OutcomeKind.THROTTLED)
                .setRetryAfterMillis(42_000L)
                .build();
        var unavailable = outcome("job-1", 1, OutcomeKind.UNAVAILABLE)
                .setRetryAfterMillis(42_000L)
                .build();

        assertThat(after(dispatched(ALPHA).build(), throttled)).isEqualTo(new TryAgain(0, NOW + 42_000));
        assertThat(after(dispatched(ALPHA).build(), unavailable)).isEqualTo(new TryAgain(0, NOW + 42_000));
    }

    @Test
    void doesNotWaitForATimeBeyondTheDeadline() {
        var throttled = outcome("job-1", 1, OutcomeKind.THROTTLED)
                .setRetryAfterMillis(DEADLINE - NOW)
                .setError(Samples.error("vendor_throttled"))
                .build();

        var end = end(dispatched(ALPHA).build(), throttled);

        assertThat(end.getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(end.getError().getCode()).isEqualTo("vendor_throttled");
    }

    @Test
    void doesNotOverflowOnAnAbsurdWait() {
        var throttled = outcome("job-1", 1, OutcomeKind.THROTTLED)
                .setRetryAfterMillis(Long.MAX_VALUE)
                .build();

        assertThat(end(dispatched(ALPHA).build(), throttled).getStatus()).isEqualTo(JobStatus.FAILED);
    }

    @Test
    void aRefusalIsTheEndEvenWithAFallback() {
        var refused = outcome("job-1", 1, OutcomeKind.REFUSED)
                .setError(Samples.error("vendor_refused"))
                .build();

        var end = end(dispatched(ALPHA, BETA).build(), refused);

        assertThat(end.getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(end.getError()).isEqualTo(Samples.error("vendor_refused"));
        assertThat(end.getCostNanos()).isZero();
    }

    @Test
    void saysWhatHappenedWhenTheWorkerDoesNot() {
        var end = end(
                dispatched(ALPHA).build(),
                outcome("job-1", 1, OutcomeKind.REFUSED).build());

        assertThat(end.getError().getCode()).isEqualTo("vendor_refused");
        assertThat(end.getError().getMessage()).contains("alpha");
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        var third = dispatched(ALPHA, BETA, GAMMA).setAttempt(3).setTarget(1).build();

        var end = end(third, outcome("job-1", 3, OutcomeKind.UNAVAILABLE).build());

        assertThat(end.getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(end.getError().getCode()).isEqualTo("vendor_unavailable");
        assertThat(end.getAttempts()).hasSize(1);
    }

    @Test
    void contentThatBrokeOffIsIncompleteAndBilled() {
        var truncated = outcome("job-1", 1, OutcomeKind.TRUNCATED)
                .setContentDelivered(true)
                .setUsage(usage(3, 4))
                .build();

        var end = end(dispatched(ALPHA, BETA).build(), truncated);

        assertThat(end.getStatus()).isEqualTo(JobStatus.INCOMPLETE);
        assertThat(end.getUsage()).isEqualTo(usage(3, 4));
        assertThat(end.getCostNanos()).isEqualTo(7);
        assertThat(end.getError().getCode()).isEqualTo("stream_truncated");
    }

    @ParameterizedTest
    @EnumSource(
            value = OutcomeKind.class,
            names = {"UNANSWERED", "TRUNCATED", "MALFORMED"})
    void restartsAfterContentOnlyForReadersThatUnderstandIt(OutcomeKind kind) {
        var outcome = outcome("job-1", 1, kind).setContentDelivered(true).build();
        var delivery = Delivery.newBuilder().setAcceptRestart(true).build();
        var restartable = CourseJobs.job(
                        JobPhase.DISPATCHED,
                        request("job-1").setDelivery(delivery).build(),
                        ALPHA,
                        BETA)
                .setAttempt(1)
                .build();

        assertThat(after(restartable, outcome)).isEqualTo(new TryAgain(1, NOW));
        assertThat(end(dispatched(ALPHA, BETA).build(), outcome).getStatus()).isEqualTo(JobStatus.INCOMPLETE);
    }

    @Test
    void isIncompleteWhenALaterAttemptFailsAfterContent() {
        var delivery = Delivery.newBuilder().setAcceptRestart(true).build();
        var job = CourseJobs.job(
                        JobPhase.DISPATCHED,
                        request("job-1").setDelivery(delivery).build(),
                        ALPHA)
                .setAttempt(1)
                .setMaxAttempts(2)
                .build();
        var first = outcome("job-1", 1, OutcomeKind.TRUNCATED)
                .setContentDelivered(true)
                .setUsage(usage(3, 4))
                .build();
        var second = JobState.newBuilder(Reports.note(job, first).job())
                .setAttempt(2)
                .build();

        var end = end(second, outcome("job-1", 2, OutcomeKind.UNAVAILABLE).build());

        assertThat(end.getStatus()).isEqualTo(JobStatus.INCOMPLETE);
        assertThat(end.getUsage()).isEqualTo(usage(3, 4));
    }

    @Test
    void neverTriesAgainAfterACancel() {
        var cancelled = dispatched(ALPHA, BETA).setCancelRequested(true).build();

        assertThat(end(cancelled, outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build())
                        .getStatus())
                .isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void neverTriesAgainAfterTheDeadline() {
        var job = dispatched(ALPHA, BETA).setDeadlineAtMillis(NOW).build();

        assertThat(end(job, outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build())
                        .getStatus())
                .isEqualTo(JobStatus.EXPIRED);
    }

    @Test
    void announcesTheEndAWorkerDidNotWrite() {
        assertThat(end(
                                dispatched(ALPHA).build(),
                                outcome("job-1", 1, OutcomeKind.EXPIRED).build())
                        .getStatus())
                .isEqualTo(JobStatus.EXPIRED);
        assertThat(end(
                                dispatched(ALPHA).build(),
                                outcome("job-1", 1, OutcomeKind.CANCELLED).build())
                        .getStatus())
                .isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void doesNotAmplifyAnOutage() {
        for (int i = 0; i < 50; i++) {
            budget.failed("alpha");
        }

        assertThat(end(
                                dispatched(ALPHA).build(),
                                outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build())
                        .getStatus())
                .isEqualTo(JobStatus.FAILED);
    }

    @Test
    void skipsAFallbackWhoseProviderIsDownToo() {
        for (int i = 0; i < 50; i++) {
            budget.failed("beta");
        }

        assertThat(after(
                        dispatched(ALPHA, BETA, GAMMA).build(),
                        outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build()))
                .isEqualTo(new TryAgain(2, NOW));
    }

    @Test
    void ignoresTheReportOfAnEarlierAttempt() {
        var second = dispatched(ALPHA, BETA).setAttempt(2).setTarget(1).build();

        assertThat(after(second, outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build()))
                .isInstanceOf(Ignore.class);
    }

    @Test
    void ignoresTheSameReportAgain() {
        var outcome = outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build();
        var job = Reports.note(dispatched(ALPHA, BETA).build(), outcome).job();

        assertThat(after(job, outcome)).isEqualTo(new Ignore("reported before"));
    }

    @ParameterizedTest
    @EnumSource(
            value = JobPhase.class,
            names = {"ANNOUNCING", "ENDED"})
    void ignoresAFailureWhenTheEndIsDecided(JobPhase phase) {
        var job = dispatched(ALPHA, BETA).setPhase(phase).build();

        assertThat(after(job, outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build()))
                .isEqualTo(new Ignore("the end is decided"));
    }

    /** Its first record may lie before the end that was settled, and then readers have none. */
    @Test
    void hasTheLogLookedAtWhenAnExecutionThatReadersPreferFailsAfterTheEnd() {
        var ended = ended(completed("job-1", 1, 7));

        assertThat(after(ended, outcome("job-1", 2, OutcomeKind.TRUNCATED).build()))
                .isInstanceOf(Verify.class);
        assertThat(after(
                        ended,
                        outcome("job-1", 1, OutcomeKind.TRUNCATED).setEpoch(2).build()))
                .isInstanceOf(Verify.class);
    }

    @Test
    void hasTheLogLookedAtWhenAnExecutionThatReadersPreferHasALaterEnd() {
        assertThat(after(ended(completed("job-1", 1, 7)), completed("job-1", 2, 9)))
                .isInstanceOf(Verify.class);
    }

    @Test
    void doubtsNoEndThatWasReadBack() {
        var checked = AttemptOutcome.newBuilder(completed("job-1", 1, 7))
                .setLogChecked(true)
                .build();

        assertThat(after(ended(checked), completed("job-1", 2, 9))).isEqualTo(new Settle());
    }

    @Test
    void doubtsNoEndBecauseOfAnExecutionThatReadersDrop() {
        assertThat(after(ended(completed("job-1", 2, 7)), completed("job-1", 1, 9)))
                .isEqualTo(new Settle());
    }

    private static JobState ended(AttemptOutcome outcome) {
        return Revision.of(
                        Reports.note(dispatched(ALPHA, BETA).build(), outcome).job())
                .setPhase(JobPhase.ENDED)
                .setRequest(null)
                .build();
    }

    @Test
    void takesOverAnAttemptThatAnAbortedTransactionOrdered() {
        var waiting =
                dispatched(ALPHA, BETA, GAMMA).setPhase(JobPhase.WAITING_RETRY).build();
        var second = outcome("job-1", 2, OutcomeKind.UNAVAILABLE)
                .setProvider("beta")
                .setModel(BETA)
                .build();

        assertThat(after(waiting, second)).isEqualTo(new TryAgain(2, NOW));
    }

    @Test
    void aReportThatSaysNothingLeavesTheJobToItsDeadline() {
        assertThat(after(
                        dispatched(ALPHA, BETA).build(),
                        outcome("job-1", 1, OutcomeKind.UNKNOWN).build()))
                .isInstanceOf(Ignore.class);
    }

    private NextStep after(JobState job, AttemptOutcome outcome) {
        return NextStep.after(Reports.note(job, outcome), outcome, POLICY, budget, NOW);
    }

    private Terminal end(JobState job, AttemptOutcome outcome) {
        return ((Announce) after(job, outcome)).end();
    }
}
