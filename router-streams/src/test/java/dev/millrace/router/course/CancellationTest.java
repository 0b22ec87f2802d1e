package dev.millrace.router.course;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.Samples.request;
import static dev.millrace.router.Samples.usage;
import static dev.millrace.router.course.CourseJobs.dispatched;
import static dev.millrace.router.course.CourseJobs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.course.Cancellation.EndNow;
import dev.millrace.router.course.Cancellation.Remember;
import dev.millrace.router.course.Cancellation.TooLate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CancellationTest {
    @Test
    void aHeldJobIsAbortedForFree() {
        var end = ((EndNow) Cancellation.of(
                        job(JobPhase.HELD, request("job-1").build(), ALPHA).build()))
                .end();

        assertThat(end.getStatus()).isEqualTo(JobStatus.ABORTED);
        assertThat(end.getCostNanos()).isZero();
    }

    @Test
    void aJobBetweenAttemptsIsCancelledAndBilledForWhatWasDelivered() {
        var outcome = outcome("job-1", 1, OutcomeKind.TRUNCATED)
                .setContentDelivered(true)
                .setUsage(usage(2, 3))
                .build();
        var waiting = JobState.newBuilder(
                        Reports.note(dispatched(ALPHA).build(), outcome).job())
                .setPhase(JobPhase.WAITING_RETRY)
                .build();

        var end = ((EndNow) Cancellation.of(waiting)).end();

        assertThat(end.getStatus()).isEqualTo(JobStatus.CANCELLED);
        assertThat(end.getCostNanos()).isEqualTo(5);
    }

    @Test
    void aRunningJobIsLeftToItsWorker() {
        assertThat(Cancellation.of(dispatched(ALPHA).build())).isEqualTo(new Remember());
        assertThat(Cancellation.of(dispatched(ALPHA).setCancelRequested(true).build()))
                .isEqualTo(new TooLate());
    }

    @ParameterizedTest
    @EnumSource(
            value = JobPhase.class,
            names = {"ANNOUNCING", "ENDED"})
    void anEndedJobStaysAsItIs(JobPhase phase) {
        assertThat(Cancellation.of(dispatched(ALPHA).setPhase(phase).build())).isEqualTo(new TooLate());
    }
}
