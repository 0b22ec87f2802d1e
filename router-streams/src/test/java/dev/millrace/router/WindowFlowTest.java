package dev.millrace.router;

import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.completed;
import static dev.millrace.router.Samples.fallbacks;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Lane;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.store.Stores;
import dev.millrace.router.window.WindowPolicy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many jobs of an account go at once, and who goes next. */
class WindowFlowTest {
    private final RouterDriver router =
            new RouterDriver(config -> RouterDriver.with(config, new WindowPolicy(2, 1, 3)));

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void holdsWhatDoesNotFitTheWindow() {
        for (int i = 1; i <= 4; i++) {
            router.submit(request("job-" + i).build());
        }

        assertThat(router.dispatches()).extracting(InferenceDispatch::getJobId).containsExactly("job-1", "job-2");
        assertThat(router.job("job-3").getPhase()).isEqualTo(JobPhase.HELD);
    }

    @Test
    void releasesTheNextWhenOneComesBack() {
        // Given
        for (int i = 1; i <= 4; i++) {
            router.submit(request("job-" + i).build());
        }
        router.dispatches();
        // When
        router.report(completed("job-2", 1, 5));
        router.report(completed("job-1", 1, 6));
        // Then
        assertThat(router.dispatches()).extracting(InferenceDispatch::getJobId).containsExactly("job-3", "job-4");
        assertThat(router.size(Stores.HELD)).isZero();
    }

    @Test
    void higherPriorityGoesFirstThenWhoCameFirst() {
        // Given
        fillWindow();
        router.submit(request("low").setPriority(-5).build());
        router.submit(request("high").setPriority(5).build());
        router.submit(request("high-too").setPriority(5).build());
        router.dispatches();
        // When
        router.report(completed("fill-1", 1, 1));
        router.report(completed("fill-2", 1, 2));
        router.report(completed("high", 1, 3));
        // Then
        assertThat(router.dispatches())
                .extracting(InferenceDispatch::getJobId)
                .containsExactly("high", "high-too", "low");
    }

    @Test
    void aLateArrivalOfHigherPriorityStillGoesFirst() {
        // Given
        fillWindow();
        router.submit(request("first").build());
        router.submit(request("second").build());
        router.report(completed("fill-1", 1, 1));
        router.submit(request("urgent").setPriority(100).build());
        router.dispatches();
        // When
        router.report(completed("fill-2", 1, 2));
        // Then
        assertThat(router.onlyDispatch().getJobId()).isEqualTo("urgent");
    }

    @Test
    void lanesAndAccountsHaveWindowsOfTheirOwn() {
        fillWindow();

        router.submit(request("batch-1").setLane(Lane.BATCH).build());
        router.submit(request("batch-2").setLane(Lane.BATCH).build());
        router.submit(request("job-1").setAccount("other").build());

        assertThat(router.dispatches())
                .extracting(InferenceDispatch::getJobId)
                .containsExactlyInAnyOrder("batch-1", "job-1");
    }

    @Test
    void anAccountsOwnWindowStandsBeforeTheDefault() {
        router.account(AccountRecord.newBuilder()
                .setAccount(Samples.ACCOUNT)
                .setMaxOutstanding(1)
                .build());

        router.submit(request("job-1").build());
        router.submit(request("job-2").build());

        assertThat(router.dispatches()).hasSize(1);
    }

    @Test
    void refusesWhenTooManyWait() {
        fillWindow();
        for (int i = 1; i <= 4; i++) {
            router.submit(request("job-" + i).build());
        }

        var end = router.onlyEnd();

        assertThat(end.getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(end.getError().getCode()).isEqualTo("overloaded");
        assertThat(end.getError().getRetryable()).isTrue();
    }

    @Test
    void cancelsAHeldJobForFree() {
        // Given
        fillWindow();
        router.submit(request("job-1").build());
        router.submit(request("job-2").build());
        // When
        router.control(Samples.cancel("job-1"));
        var end = router.onlyEnd();
        router.report(completed("fill-1", 1, 1));
        // Then
        assertThat(end.getStatus()).isEqualTo(JobStatus.ABORTED);
        assertThat(end.getCostNanos()).isZero();
        assertThat(router.onlyDispatch().getJobId()).isEqualTo("job-2");
    }

    @Test
    void expiresAHeldJobForFree() {
        fillWindow();
        router.submit(
                request("job-1").setDeadlineAtMillis(router.nowMillis() + 1000).build());

        router.advance(Duration.ofSeconds(2));

        var dispatch = router.onlyDispatch();
        assertThat(dispatch.getJobId()).isEqualTo("job-1");
        assertThat(Orders.end(dispatch).getStatus()).isEqualTo(JobStatus.EXPIRED);
        assertThat(router.size(Stores.HELD)).isZero();
    }

    @Test
    void aWaitingRetryGivesItsPlaceToOthers() {
        // Given
        fillWindow();
        router.submit(request("job-1").build());
        // When
        router.report(outcome("fill-1", 1, OutcomeKind.UNAVAILABLE).build());
        // Then
        assertThat(router.onlyDispatch().getJobId()).isEqualTo("job-1");
    }

    @Test
    void aRetryDoesNotOvertakeFreshWorkOfHigherPriority() {
        // Given
        fillWindow();
        router.submit(request("job-1").build());
        router.report(outcome("fill-1", 1, OutcomeKind.UNAVAILABLE).build());
        router.submit(request("fresh").setPriority(1).build());
        router.dispatches();
        // When
        router.advance(Duration.ofSeconds(2));
        var whileFull = router.dispatches();
        router.report(completed("job-1", 1, 1));
        router.report(completed("fill-2", 1, 2));
        // Then
        assertThat(whileFull).isEmpty();
        assertThat(router.dispatches())
                .extracting(InferenceDispatch::getJobId, InferenceDispatch::getAttempt)
                .containsExactly(tuple("fresh", 1), tuple("fill-1", 2));
    }

    @Test
    void aFallbackAtOnceKeepsItsPlace() {
        // Given
        router.submit(request("job-1").setRouting(fallbacks(BETA)).build());
        router.submit(request("job-2").build());
        router.submit(request("job-3").build());
        router.dispatches();
        // When
        router.report(outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());
        // Then
        assertThat(router.onlyDispatch().getJobId()).isEqualTo("job-1");
        assertThat(router.job("job-3").getPhase()).isEqualTo(JobPhase.HELD);
    }

    private void fillWindow() {
        router.submit(request("fill-1").build());
        router.submit(request("fill-2").build());
        router.dispatches();
    }
}
