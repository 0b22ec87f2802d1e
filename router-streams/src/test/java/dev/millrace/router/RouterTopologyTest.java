package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouterTopologyTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void settlesWhatAWorkerCompleted() {
        // Given
        router.submit(Jobs.request("job-1").build());
        var dispatch = router.onlyDispatch();
        // When
        router.report(Jobs.completed("job-1", 1, 7));
        // Then
        assertThat(dispatch.getAttempt()).isEqualTo(1);
        assertThat(router.settlements()).singleElement().satisfies(settlement -> {
            assertThat(settlement.getStatus()).isEqualTo(JobStatus.COMPLETED);
            assertThat(settlement.getCostNanos()).isEqualTo(30);
            assertThat(settlement.getRevision()).isZero();
        });
        assertThat(router.job("job-1").getPhase()).isEqualTo(JobPhase.ENDED);
    }
}
