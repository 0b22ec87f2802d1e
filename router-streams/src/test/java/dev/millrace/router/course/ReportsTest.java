package dev.millrace.router.course;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.course.CourseJobs.dispatched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Usage;
import dev.millrace.router.Samples;
import org.junit.jupiter.api.Test;

class ReportsTest {
    @Test
    void keepsOneReportPerExecution() {
        // Given
        var job = dispatched(ALPHA).build();
        // When
        job = note(job, outcome("job-1", 1, OutcomeKind.UNANSWERED).build());
        job = note(job, outcome("job-1", 1, OutcomeKind.UNANSWERED).build());
        job = note(job, outcome("job-1", 1, OutcomeKind.UNANSWERED).setEpoch(2).build());
        // Then
        assertThat(job.getExecutions()).hasSize(2);
        assertThat(job.getHistory()).hasSize(2);
    }

    @Test
    void prefersTheReportThatKnowsMore() {
        var job = note(dispatched(ALPHA).build(), Samples.completed("job-1", 1, 7));
        var checked = AttemptOutcome.newBuilder(Samples.completed("job-1", 1, 5))
                .setLogChecked(true)
                .build();

        assertThat(note(job, checked).getExecutions())
                .singleElement()
                .satisfies(report -> assertThat(report.getTerminalOffset()).isEqualTo(5));
        assertThat(Reports.note(note(job, checked), Samples.completed("job-1", 1, 7))
                        .isNews())
                .isFalse();
    }

    @Test
    void writesAttemptsIntoTheHistory() {
        var job = note(
                dispatched(ALPHA).build(),
                outcome("job-1", 1, OutcomeKind.UNAVAILABLE)
                        .setError(Samples.error("vendor_unavailable"))
                        .setStartedAtMillis(100)
                        .setEndedAtMillis(350)
                        .build());

        assertThat(job.getHistory()).singleElement().satisfies(summary -> {
            assertThat(summary.getProvider()).isEqualTo("alpha");
            assertThat(summary.getOutcome()).isEqualTo("UNAVAILABLE");
            assertThat(summary.getDurationMillis()).isEqualTo(250);
            assertThat(summary.getErrorCode()).isEqualTo("vendor_unavailable");
        });
    }

    @Test
    void keepsNoVendorObjectsInTheState() {
        var usage = Usage.newBuilder(Samples.usage(1, 2)).setVendorJson("{}").build();

        var job = note(
                dispatched(ALPHA).build(),
                outcome("job-1", 1, OutcomeKind.TRUNCATED).setUsage(usage).build());

        assertThat(job.getExecutions().getFirst().getUsage()).isEqualTo(Samples.usage(1, 2));
    }

    @Test
    void takesOverAnAttemptItDidNotKnowOf() {
        var waiting = dispatched(ALPHA, BETA).setPhase(JobPhase.WAITING_RETRY).build();

        var job = note(
                waiting,
                outcome("job-1", 2, OutcomeKind.UNAVAILABLE).setModel(BETA).build());

        assertThat(job.getAttempt()).isEqualTo(2);
        assertThat(job.getTarget()).isEqualTo(1);
    }

    @Test
    void isBoundedAndStillTakesAnEnd() {
        var job = dispatched(ALPHA).build();
        for (int epoch = 0; epoch < 100; epoch++) {
            job = note(
                    job,
                    outcome("job-1", 1, OutcomeKind.UNANSWERED).setEpoch(epoch).build());
        }
        var end = AttemptOutcome.newBuilder(Samples.completed("job-1", 1, 5))
                .setEpoch(1000)
                .build();

        assertThat(job.getExecutions()).hasSize(Reports.MAX_EXECUTIONS);
        assertThat(note(job, end).getExecutions())
                .hasSize(Reports.MAX_EXECUTIONS)
                .anySatisfy(report -> assertThat(report.getTerminal()).isNotNull());
    }

    private static JobState note(JobState job, AttemptOutcome outcome) {
        return Reports.note(job, outcome).job();
    }
}
