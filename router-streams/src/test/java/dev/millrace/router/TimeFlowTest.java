package dev.millrace.router;

import static dev.millrace.router.Samples.completed;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.store.Stores;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens because time passes. */
class TimeFlowTest {
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void leavesARunningJobToItsWorkerUntilTheGraceIsOver() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        // When
        router.advance(DEADLINE.plus(GRACE).minusMillis(1));
        var before = router.dispatches();
        router.advance(Duration.ofMillis(10));
        // Then
        assertThat(before).isEmpty();
        var dispatch = router.onlyDispatch();
        assertThat(Orders.end(dispatch).getStatus()).isEqualTo(JobStatus.EXPIRED);
        assertThat(dispatch.getAttempt()).as("beyond any attempt, one was made").isEqualTo(101);
    }

    @Test
    void ordersTheNextAttemptWhenTheWorkerOfAKeptCallFallsSilent() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        router.report(kept("job-1"));
        router.advance(Duration.ofSeconds(4));
        router.report(kept("job-1"));
        // When
        router.advance(Duration.ofMillis(4900));
        var whileItLasts = router.dispatches();
        router.advance(Duration.ofMillis(200));
        router.advance(Duration.ofSeconds(1));
        // Then
        assertThat(whileItLasts).isEmpty();
        var dispatch = router.onlyDispatch();
        assertThat(Orders.isOrder(dispatch)).isTrue();
        assertThat(dispatch.getAttempt()).isEqualTo(2);
        assertThat(dispatch.getCheckLog()).isTrue();
    }

    @Test
    void aKeptCallOfAnAttemptThatIsOverPutsTheEndInDoubt() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        router.report(completed("job-1", 1, 5));
        // When
        router.report(AttemptOutcome.newBuilder(kept("job-1")).setEpoch(2).build());
        // Then
        var dispatch = router.onlyDispatch();
        assertThat(Orders.isOrder(dispatch)).isFalse();
        assertThat(dispatch.getCheckLog()).isTrue();
    }

    @Test
    void looksAtTheLogBeforeAnAttemptThatNeverReportedExpires() {
        router.submit(request("job-1").build());
        assertThat(router.onlyDispatch().getCheckLog()).isFalse();

        router.advance(DEADLINE.plus(GRACE).plusMillis(10));

        assertThat(router.onlyDispatch().getCheckLog()).isTrue();
    }

    @Test
    void aKeptCallThatEndsIsOrderedNoMore() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        router.report(kept("job-1"));
        // When
        router.report(completed("job-1", 1, 5));
        router.report(kept("job-1"));
        router.advance(DEADLINE);
        // Then
        assertThat(router.dispatches()).isEmpty();
        assertThat(router.settlements()).hasSize(1);
    }

    private static AttemptOutcome kept(String jobId) {
        return outcome(jobId, 1, OutcomeKind.KEPT).setLeaseMillis(5000L).build();
    }

    @Test
    void givesThePlaceOfALostJobBack() {
        router.submit(request("job-1").build());
        router.advance(DEADLINE.plus(GRACE).plusMillis(10));

        assertThat(router.window().getInteractiveOutstanding()).isZero();
    }

    @Test
    void aReportAfterTheWatchdogStillSettlesByWhatReadersAccept() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        router.advance(DEADLINE.plus(GRACE).plusMillis(10));
        var dispatch = router.onlyDispatch();
        // When
        router.report(completed("job-1", 1, 5));
        router.report(Samples.announced(dispatch, Orders.end(dispatch), 9));
        // Then
        assertThat(router.settlements())
                .singleElement()
                .satisfies(settlement -> assertThat(settlement.getStatus()).isEqualTo(JobStatus.COMPLETED));
    }

    @Test
    void anEndThatStandsBeforeALateCompletionIsTheEnd() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        router.advance(DEADLINE.plus(GRACE).plusMillis(10));
        var dispatch = router.onlyDispatch();
        // When
        router.report(Samples.announced(dispatch, Orders.end(dispatch), 5));
        router.report(completed("job-1", 1, 9));
        // Then
        assertThat(router.settlements().getLast()).satisfies(settlement -> {
            assertThat(settlement.getStatus()).isEqualTo(JobStatus.EXPIRED);
            assertThat(settlement.getCostNanos()).isZero();
            assertThat(settlement.getRevision()).isEqualTo(1);
            assertThat(settlement.getLosses())
                    .singleElement()
                    .satisfies(loss -> assertThat(loss.getCostNanos()).isEqualTo(30));
        });
    }

    @Test
    void expiresAJobThatWaitsForARetry() {
        // Given
        router.submit(
                request("job-1").setDeadlineAtMillis(router.nowMillis() + 300).build());
        router.dispatches();
        // When
        router.report(outcome("job-1", 1, OutcomeKind.THROTTLED)
                .setRetryAfterMillis(290L)
                .build());
        router.advance(Duration.ofSeconds(5));
        // Then
        assertThat(router.onlyEnd().getStatus()).isEqualTo(JobStatus.EXPIRED);
    }

    @Test
    void announcesAgainWhenNobodyReportsThatItWasWritten() {
        // Given
        router.submit(request("job-1").setModel("no/model").build());
        var first = router.onlyDispatch();
        // When
        router.advance(Duration.ofSeconds(61));
        var second = router.onlyDispatch();
        router.advance(Duration.ofSeconds(121));
        var third = router.onlyDispatch();
        router.report(Samples.announced(first, Orders.end(first), 5));
        router.advance(Duration.ofHours(1));
        // Then
        assertThat(second.getAttempt()).isEqualTo(first.getAttempt());
        assertThat(Orders.end(second)).isEqualTo(Orders.end(first));
        assertThat(third.getAttempt()).isEqualTo(first.getAttempt());
        assertThat(router.dispatches()).isEmpty();
        assertThat(router.settlements()).hasSize(1);
    }

    @Test
    void forgetsEndedJobsAfterADay() {
        // Given
        router.submit(request("job-1").setIdempotencyKey("key").build());
        router.report(completed("job-1", 1, 5));
        // When
        router.advance(Duration.ofHours(24).minusMillis(10));
        var kept = router.size(Stores.JOBS);
        router.advance(Duration.ofMillis(20));
        // Then
        assertThat(kept).isEqualTo(1);
        assertThat(router.size(Stores.JOBS)).isZero();
        assertThat(router.size(Stores.DUE)).isZero();
        assertThat(router.size(Stores.IDEMPOTENCY)).isZero();
    }

    @Test
    void wakesJobsInTheOrderOfTheirTimes() {
        // Given
        for (int i = 1; i <= 3; i++) {
            router.submit(request("job-" + i).build());
        }
        router.dispatches();
        // When
        for (int i = 1; i <= 3; i++) {
            router.report(outcome("job-" + i, 1, OutcomeKind.THROTTLED)
                    .setRetryAfterMillis(4000L - i * 1000L)
                    .build());
        }
        router.advance(Duration.ofSeconds(5));
        // Then
        assertThat(router.dispatches())
                .extracting(InferenceDispatch::getJobId)
                .containsExactly("job-3", "job-2", "job-1");
    }

    @Test
    void wakesManyJobsOverSeveralRounds() {
        // Given
        for (int i = 0; i < 2500; i++) {
            router.submit(request("job-" + i).build());
        }
        router.dispatches();
        // When
        router.advance(DEADLINE);
        router.advance(Duration.ofMillis(10));
        router.advance(Duration.ofMillis(10));
        // Then
        assertThat(router.dispatches()).filteredOn(Orders::isEnd).hasSize(2500 - 256);
        assertThat(router.job("job-2499").getPhase()).isEqualTo(JobPhase.ANNOUNCING);
    }
}
