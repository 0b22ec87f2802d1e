package dev.millrace.router.course;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.course.CourseJobs.DEADLINE;
import static dev.millrace.router.course.CourseJobs.NOW;
import static dev.millrace.router.course.CourseJobs.dispatched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.Samples;
import org.junit.jupiter.api.Test;

class LeasesTest {
    @Test
    void watchesTheAttemptInTheWorkersHands() {
        var watched = Leases.grant(dispatched(ALPHA).build(), kept(1).build(), NOW);

        assertThat(watched).hasValueSatisfying(job -> {
            assertThat(job.getLease().getEndsAtMillis()).isEqualTo(NOW + 5000);
            assertThat(job.getLease().getWorker()).isEqualTo("worker-1");
            assertThat(job.getContentDelivered()).isFalse();
        });
    }

    @Test
    void grantsNothingToAnotherAttemptOrAJobThatIsNotWithAWorker() {
        assertThat(Leases.grant(dispatched(ALPHA).setAttempt(2).build(), kept(1).build(), NOW))
                .isEmpty();
        for (var phase : JobPhase.values()) {
            if (phase != JobPhase.DISPATCHED) {
                var job = dispatched(ALPHA).setPhase(phase).build();
                assertThat(Leases.grant(job, kept(1).build(), NOW))
                        .as(phase.name())
                        .isEmpty();
            }
        }
        assertThat(Leases.grant(
                        dispatched(ALPHA).build(), kept(1).setLeaseMillis(null).build(), NOW))
                .isEmpty();
    }

    @Test
    void takesAWorkerForLostOnlyWhenItsLeaseHasRunOut() {
        var job = Leases.grant(
                        dispatched(ALPHA, BETA).setTarget(1).build(),
                        kept(1).setContentDelivered(true).build(),
                        NOW)
                .orElseThrow();

        assertThat(Leases.isOver(job, NOW + 4999)).isFalse();
        assertThat(WakeUp.of(job, NOW + 5000)).isInstanceOfSatisfying(WakeUp.WorkerLost.class, lost -> {
            assertThat(lost.report().getKind()).isEqualTo(OutcomeKind.TRUNCATED);
            assertThat(lost.report().getContentDelivered()).isTrue();
            assertThat(lost.report().getModel()).isEqualTo(BETA);
            assertThat(lost.report().getAttempt()).isEqualTo(1);
        });
    }

    @Test
    void aWorkerLostBeforeItSaidAnythingLeavesTheCallUnanswered() {
        var job = Leases.grant(dispatched(ALPHA).build(), kept(1).build(), NOW).orElseThrow();

        assertThat(WakeUp.of(job, DEADLINE - 1))
                .isInstanceOfSatisfying(
                        WakeUp.WorkerLost.class,
                        lost -> assertThat(lost.report().getKind()).isEqualTo(OutcomeKind.UNANSWERED));
    }

    @Test
    void aLeaseOfAnEarlierAttemptSaysNothing() {
        var job = Leases.grant(dispatched(ALPHA).build(), kept(1).build(), NOW).orElseThrow();
        var later = JobState.newBuilder(job).setAttempt(2).build();

        assertThat(Leases.isOver(later, DEADLINE)).isFalse();
    }

    private static AttemptOutcome.Builder kept(int attempt) {
        return Samples.outcome("job-1", attempt, OutcomeKind.KEPT).setLeaseMillis(5000L);
    }
}
