package dev.millrace.router.course;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.course.CourseJobs.DEADLINE;
import static dev.millrace.router.course.CourseJobs.dispatched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.router.course.WakeUp.AnnounceAgain;
import dev.millrace.router.course.WakeUp.Expire;
import dev.millrace.router.course.WakeUp.Forget;
import dev.millrace.router.course.WakeUp.Retry;
import org.junit.jupiter.api.Test;

class WakeUpTest {
    @Test
    void expiresWhatWaitedTooLong() {
        assertThat(WakeUp.of(in(JobPhase.HELD), DEADLINE)).isInstanceOf(Expire.class);
        assertThat(WakeUp.of(in(JobPhase.WAITING_RETRY), DEADLINE)).isInstanceOf(Expire.class);
    }

    @Test
    void expiresARunningJobWhoseWorkerNeverReported() {
        var end = ((Expire) WakeUp.of(in(JobPhase.DISPATCHED), DEADLINE + 30_000)).end();

        assertThat(end.getStatus()).isEqualTo(JobStatus.EXPIRED);
        assertThat(end.getCostNanos()).isZero();
    }

    @Test
    void endsACancelledJobWhoseWorkerNeverReportedAsCancelled() {
        var job = dispatched(ALPHA).setCancelRequested(true).build();

        assertThat(((Expire) WakeUp.of(job, DEADLINE + 30_000)).end().getStatus())
                .isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void triesAgainWhenTheWaitIsOver() {
        assertThat(WakeUp.of(in(JobPhase.WAITING_RETRY), DEADLINE - 1)).isEqualTo(new Retry());
    }

    @Test
    void announcesAgainAndForgets() {
        assertThat(WakeUp.of(in(JobPhase.ANNOUNCING), 0)).isEqualTo(new AnnounceAgain());
        assertThat(WakeUp.of(in(JobPhase.ENDED), 0)).isEqualTo(new Forget());
    }

    private static JobState in(JobPhase phase) {
        return dispatched(ALPHA).setPhase(phase).build();
    }
}
