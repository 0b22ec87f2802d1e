package dev.millrace.router;

import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.cancel;
import static dev.millrace.router.Samples.ended;
import static dev.millrace.router.Samples.fallbacks;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.Samples.request;
import static dev.millrace.router.Samples.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobCommand;
import dev.millrace.avro.JobControl;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.store.Stores;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a cancel does. */
class CancelFlowTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void leavesARunningCallToItsWorkerAndBillsWhatItUsed() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        // When
        router.control(cancel("job-1"));
        var dispatches = router.dispatches();
        router.report(ended("job-1", 1, OutcomeKind.CANCELLED, JobStatus.CANCELLED, usage(2, 3), 7)
                .build());
        // Then
        assertThat(dispatches).isEmpty();
        assertThat(router.settlements()).singleElement().satisfies(settlement -> {
            assertThat(settlement.getStatus()).isEqualTo(JobStatus.CANCELLED);
            assertThat(settlement.getCostNanos()).isEqualTo(5);
        });
    }

    @Test
    void neverTriesAgainAfterACancel() {
        // Given
        router.submit(request("job-1").setRouting(fallbacks(BETA)).build());
        router.dispatches();
        router.control(cancel("job-1"));
        // When
        router.report(outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());
        // Then
        assertThat(router.onlyEnd().getStatus()).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void stopsAJobThatWaitsForARetry() {
        // Given
        router.submit(request("job-1").build());
        router.report(outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());
        router.dispatches();
        // When
        router.control(cancel("job-1"));
        router.advance(Duration.ofSeconds(10));
        // Then
        assertThat(router.onlyEnd().getStatus()).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void aCancelThatComesBeforeItsJobIsKept() {
        // Given
        router.control(cancel("job-1"));
        // When
        router.submit(request("job-1").setRouting(fallbacks(BETA)).build());
        router.dispatches();
        router.report(outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());
        // Then
        assertThat(router.onlyEnd().getStatus()).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void anEndedJobStaysAsItIs() {
        router.submit(request("job-1").build());
        router.report(Samples.completed("job-1", 1, 7));
        router.dispatches();

        router.control(cancel("job-1"));

        assertThat(router.dispatches()).isEmpty();
        assertThat(router.settlements()).hasSize(1);
    }

    @Test
    void cancelsNobodyElsesJob() {
        router.submit(request("job-1").build());
        router.dispatches();

        router.control(
                JobControl.newBuilder(cancel("job-1")).setAccount("other").build());

        assertThat(router.job("job-1").getCancelRequested()).isFalse();
    }

    @Test
    void ignoresOrdersItDoesNotKnow() {
        router.submit(request("job-1").build());

        router.control(JobControl.newBuilder(cancel("job-1"))
                .setCommand(JobCommand.UNKNOWN)
                .build());

        assertThat(router.job("job-1").getCancelRequested()).isFalse();
        assertThat(router.size(Stores.PARKED)).isZero();
    }
}
