package dev.millrace.router;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.completed;
import static dev.millrace.router.Samples.ended;
import static dev.millrace.router.Samples.fallbacks;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.Samples.request;
import static dev.millrace.router.Samples.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.job.AnnouncedEnd;
import dev.millrace.router.store.Stores;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What follows from what workers report. */
class OutcomeFlowTest {
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void settlesWhatAWorkerCompleted() {
        // Given
        router.submit(request("job-1").build());
        // When
        router.report(completed("job-1", 1, 7));
        // Then
        assertThat(router.settlements()).singleElement().satisfies(settlement -> {
            assertThat(settlement.getStatus()).isEqualTo(JobStatus.COMPLETED);
            assertThat(settlement.getCostNanos()).isEqualTo(30);
            assertThat(settlement.getRevision()).isZero();
            assertThat(settlement.getAttempts()).isEqualTo(1);
        });
        assertThat(router.job("job-1").getPhase()).isEqualTo(JobPhase.ENDED);
        assertThat(router.job("job-1").getRequest()).isNull();
    }

    @Test
    void settlesOnceHoweverOftenItIsTold() {
        router.submit(request("job-1").build());

        router.report(completed("job-1", 1, 7));
        router.report(completed("job-1", 1, 7));

        assertThat(router.settlements()).hasSize(1);
    }

    @Test
    void fallsBackAtOnceAndTellsTheHistory() {
        // Given
        router.submit(request("job-1").setRouting(fallbacks(BETA)).build());
        router.dispatches();
        // When
        router.report(outcome("job-1", 1, OutcomeKind.THROTTLED)
                .setError(Samples.error("vendor_throttled"))
                .build());
        // Then
        var dispatch = router.onlyDispatch();
        assertThat(dispatch.getAttempt()).isEqualTo(2);
        var order = Orders.order(dispatch);
        assertThat(order.getModel()).isEqualTo(BETA);
        assertThat(order.getPriceNanosPerMillion()).containsEntry("input", 2_000_000L);
        assertThat(order.getHistory()).singleElement().satisfies(summary -> {
            assertThat(summary.getModel()).isEqualTo(ALPHA);
            assertThat(summary.getOutcome()).isEqualTo("THROTTLED");
            assertThat(summary.getErrorCode()).isEqualTo("vendor_throttled");
        });
    }

    @Test
    void triesTheSameTargetAgainAfterAWait() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        // When
        router.report(outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());
        var atOnce = router.dispatches();
        router.advance(Duration.ofMillis(600));
        // Then
        assertThat(atOnce).isEmpty();
        assertThat(router.onlyDispatch().getAttempt()).isEqualTo(2);
    }

    @Test
    void waitsAsLongAsTheVendorAsks() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        // When
        router.report(outcome("job-1", 1, OutcomeKind.THROTTLED)
                .setRetryAfterMillis(20_000L)
                .build());
        router.advance(Duration.ofMillis(19_990));
        var before = router.dispatches();
        router.advance(Duration.ofMillis(20));
        // Then
        assertThat(before).isEmpty();
        assertThat(router.dispatches()).hasSize(1);
    }

    @Test
    void failsAfterThreeAttempts() {
        // Given
        router.submit(request("job-1").build());
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(router.onlyDispatch().getAttempt()).isEqualTo(attempt);
            router.report(outcome("job-1", attempt, OutcomeKind.UNAVAILABLE).build());
            if (attempt < 3) {
                router.advance(LONGEST_BACKOFF);
            }
        }
        // When
        var dispatch = router.onlyDispatch();
        router.report(Samples.announced(dispatch, Orders.end(dispatch), 9));
        // Then
        assertThat(dispatch.getAttempt()).isEqualTo(AnnouncedEnd.number(3));
        assertThat(Orders.end(dispatch).getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(Orders.end(dispatch).getAttempts()).hasSize(3);
        assertThat(router.settlements()).singleElement().satisfies(settlement -> {
            assertThat(settlement.getCostNanos()).isZero();
            assertThat(settlement.getAttempts()).isEqualTo(3);
        });
        router.advance(LONGEST_BACKOFF);
        assertThat(router.dispatches()).isEmpty();
    }

    @Test
    void aRefusalIsAnnouncedAsTheVendorPutIt() {
        router.submit(request("job-1").setRouting(fallbacks(BETA)).build());
        router.dispatches();

        router.report(outcome("job-1", 1, OutcomeKind.REFUSED)
                .setError(Samples.error("vendor_refused"))
                .build());

        assertThat(router.onlyEnd().getError()).isEqualTo(Samples.error("vendor_refused"));
    }

    @Test
    void billsContentThatBrokeOff() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        // When
        router.report(outcome("job-1", 1, OutcomeKind.TRUNCATED)
                .setContentDelivered(true)
                .setUsage(usage(3, 4))
                .build());
        var dispatch = router.onlyDispatch();
        router.report(Samples.announced(dispatch, Orders.end(dispatch), 9));
        // Then
        assertThat(Orders.end(dispatch).getStatus()).isEqualTo(JobStatus.INCOMPLETE);
        assertThat(Orders.end(dispatch).getCostNanos()).isEqualTo(7);
        assertThat(router.settlements()).singleElement().satisfies(settlement -> {
            assertThat(settlement.getStatus()).isEqualTo(JobStatus.INCOMPLETE);
            assertThat(settlement.getCostNanos()).isEqualTo(7);
            assertThat(settlement.getModel()).isEqualTo(ALPHA);
            assertThat(settlement.getLosses()).isEmpty();
        });
    }

    @Test
    void restartsForReadersThatUnderstandItAndTakesTheLoss() {
        // Given
        var delivery = Delivery.newBuilder().setAcceptRestart(true).build();
        router.submit(request("job-1")
                .setDelivery(delivery)
                .setRouting(fallbacks(BETA))
                .build());
        router.dispatches();
        // When
        router.report(outcome("job-1", 1, OutcomeKind.TRUNCATED)
                .setContentDelivered(true)
                .setUsage(usage(3, 4))
                .build());
        router.report(AttemptOutcome.newBuilder(completed("job-1", 2, 12))
                .setProvider("beta")
                .setModel(BETA)
                .build());
        // Then
        assertThat(router.settlements()).singleElement().satisfies(settlement -> {
            assertThat(settlement.getCostNanos()).isEqualTo(60);
            assertThat(settlement.getLosses()).singleElement().satisfies(loss -> {
                assertThat(loss.getCostNanos()).isEqualTo(7);
                assertThat(loss.getModel()).isEqualTo(ALPHA);
            });
        });
    }

    @Test
    void correctsASettlementThatReadersContradict() {
        // Given
        router.submit(request("job-1").build());
        router.report(completed("job-1", 1, 9));
        // When
        router.report(ended("job-1", 1, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(1, 1), 5)
                .setEpoch(2)
                .setLogChecked(true)
                .build());
        // Then
        assertThat(router.settlements())
                .extracting(JobSettlement::getRevision, JobSettlement::getCostNanos)
                .containsExactly(tuple(0, 30L), tuple(1, 2L));
    }

    @Test
    void booksASecondCallThatIsReportedLateAsTheOperatorsLoss() {
        // Given
        router.submit(request("job-1").build());
        router.report(completed("job-1", 1, 5));
        // When
        router.report(outcome("job-1", 1, OutcomeKind.TRUNCATED)
                .setEpoch(2)
                .setUsage(usage(2, 2))
                .build());
        // Then
        assertThat(router.settlements().getLast()).satisfies(settlement -> {
            assertThat(settlement.getRevision()).isEqualTo(1);
            assertThat(settlement.getCostNanos()).isEqualTo(30);
            assertThat(settlement.getLosses())
                    .singleElement()
                    .satisfies(loss -> assertThat(loss.getCostNanos()).isEqualTo(4));
        });
    }

    @Test
    void appliesAReportThatComesBeforeItsJob() {
        // Given
        router.report(completed("job-1", 1, 7));
        var parked = router.size(Stores.PARKED);
        // When
        router.submit(request("job-1").build());
        // Then
        assertThat(parked).isEqualTo(1);
        assertThat(router.dispatches()).isEmpty();
        assertThat(router.settlements())
                .singleElement()
                .satisfies(settlement -> assertThat(settlement.getCostNanos()).isEqualTo(30));
        assertThat(router.size(Stores.PARKED)).isZero();
    }

    @Test
    void goesOnFromAFailureThatComesBeforeItsJob() {
        // Given
        router.report(outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());
        // When
        router.submit(request("job-1").setRouting(fallbacks(BETA)).build());
        // Then
        assertThat(router.onlyDispatch().getAttempt()).isEqualTo(2);
    }

    @Test
    void takesOverARetryThatAnAbortedTransactionOrdered() {
        // Given
        router.submit(request("job-1").build());
        router.report(outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());
        router.dispatches();
        // When
        router.report(AttemptOutcome.newBuilder(completed("job-1", 2, 12)).build());
        router.advance(LONGEST_BACKOFF);
        // Then
        assertThat(router.dispatches()).isEmpty();
        assertThat(router.settlements())
                .singleElement()
                .satisfies(settlement -> assertThat(settlement.getAttempts()).isEqualTo(2));
    }

    @Test
    void forgetsReportsWhoseJobNeverComes() {
        router.report(completed("job-1", 1, 7));

        router.advance(Duration.ofMinutes(11));

        assertThat(router.size(Stores.PARKED)).isZero();
        assertThat(router.size(Stores.DUE)).isZero();
    }

    @Test
    void keepsOnlySoManyReportsOfAnUnknownJob() {
        for (int epoch = 0; epoch < 50; epoch++) {
            router.report(AttemptOutcome.newBuilder(completed("job-1", 1, 7))
                    .setEpoch(epoch)
                    .build());
        }

        assertThat(router.size(Stores.PARKED)).isEqualTo(1);
        router.submit(request("job-1").build());
        assertThat(router.job("job-1").getExecutions()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void aWrittenVerdictIsNoReportAboutTheJob() {
        router.report(outcome("job-1", 0, OutcomeKind.ANNOUNCED).build());

        assertThat(router.size(Stores.PARKED)).isZero();
    }

    @Test
    void stopsRetryingAProviderThatIsDown() {
        // Given
        for (int i = 0; i < 60; i++) {
            router.submit(request("job-" + i).build());
        }
        router.dispatches();
        // When
        for (int i = 0; i < 60; i++) {
            router.report(outcome("job-" + i, 1, OutcomeKind.UNAVAILABLE).build());
        }
        // Then
        assertThat(router.dispatches()).hasSize(11).allMatch(Orders::isEnd);
        router.advance(LONGEST_BACKOFF);
        assertThat(router.dispatches()).hasSize(49).allMatch(Orders::isOrder);
    }
}
