package dev.millrace.router.settlement;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.completed;
import static dev.millrace.router.Samples.ended;
import static dev.millrace.router.Samples.outcome;
import static dev.millrace.router.Samples.usage;
import static dev.millrace.router.course.CourseJobs.NOW;
import static dev.millrace.router.course.CourseJobs.dispatched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.Seeds;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OperatorLoss;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.router.course.Reports;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettlementRuleTest {
    static LongStream seeds() {
        return Seeds.fresh(200);
    }

    @Test
    void billsTheCompletedAttemptAtItsModelsPrice() {
        // When
        var settlement = settle(AttemptOutcome.newBuilder(completed("job-1", 2, 7))
                .setProvider("beta")
                .setModel(BETA)
                .build());
        // Then
        assertThat(settlement.getStatus()).isEqualTo(JobStatus.COMPLETED);
        assertThat(settlement.getModel()).isEqualTo(BETA);
        assertThat(settlement.getUsage()).isEqualTo(usage(10, 20));
        assertThat(settlement.getCostNanos()).isEqualTo(60);
        assertThat(settlement.getRevision()).isZero();
        assertThat(settlement.getLosses()).isEmpty();
        assertThat(settlement.getSettledAtMillis()).isEqualTo(NOW);
    }

    /** Both were redelivered and both read the same end back, so that neither is known to have written it. */
    @Test
    void billsTheModelWhosePriceReadersWereToldWhenTwoUsedAsMuch() {
        // Given
        var told = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(usage(10, 20))
                .setCostNanos(30)
                .build();
        var first = ended("job-1", 1, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(10, 20), 7)
                .setTerminal(told)
                .setLogChecked(true)
                .build();
        var second = AttemptOutcome.newBuilder(first)
                .setAttempt(2)
                .setProvider("beta")
                .setModel(BETA)
                .build();
        // When
        var settlement = settle(first, second);
        // Then
        assertThat(settlement.getModel()).isEqualTo(ALPHA);
        assertThat(settlement.getCostNanos()).isEqualTo(30);
        assertThat(settlement.getLosses())
                .extracting(OperatorLoss::getModel, OperatorLoss::getCostNanos)
                .containsExactly(tuple(BETA, 60L));
    }

    @Test
    void settlesNothingBeforeThereIsAnEnd() {
        var job = note(
                dispatched(ALPHA).build(),
                outcome("job-1", 1, OutcomeKind.UNAVAILABLE).build());

        assertThat(SettlementRule.settle(job, NOW)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = JobStatus.class,
            names = {"COMPLETED", "CANCELLED", "INCOMPLETE", "EXPIRED"})
    void billsWhatWasDelivered(JobStatus status) {
        var settlement = settle(
                ended("job-1", 1, OutcomeKind.COMPLETED, status, usage(1, 2), 7).build());

        assertThat(settlement.getCostNanos()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = JobStatus.class,
            names = {"FAILED", "ABORTED"})
    void billsNothingForWhatWasNot(JobStatus status) {
        var settlement = settle(
                ended("job-1", 1, OutcomeKind.COMPLETED, status, usage(1, 2), 7).build());

        assertThat(settlement.getCostNanos()).isZero();
        assertThat(settlement.getUsage()).isNull();
        assertThat(settlement.getLosses())
                .singleElement()
                .satisfies(loss -> assertThat(loss.getCostNanos()).isEqualTo(3));
    }

    @Test
    void theEarlierEndOnTheLogCounts() {
        var settlement = settle(
                AttemptOutcome.newBuilder(completed("job-1", 1, 9)).setEpoch(1).build(),
                ended("job-1", 1, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(1, 1), 5)
                        .setEpoch(2)
                        .build());

        assertThat(settlement.getCostNanos()).isEqualTo(2);
        assertThat(settlement.getLosses()).singleElement().satisfies(loss -> {
            assertThat(loss.getEpoch()).isEqualTo(1);
            assertThat(loss.getCostNanos()).isEqualTo(30);
        });
    }

    @Test
    void whoReadTheLogBackKnowsBetter() {
        var settlement = settle(
                ended("job-1", 1, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(1, 1), 5)
                        .setEpoch(1)
                        .build(),
                AttemptOutcome.newBuilder(completed("job-1", 1, 9))
                        .setEpoch(2)
                        .setLogChecked(true)
                        .build());

        assertThat(settlement.getCostNanos()).isEqualTo(30);
        assertThat(settlement.getLosses())
                .singleElement()
                .satisfies(loss -> assertThat(loss.getCostNanos()).isEqualTo(2));
    }

    @Test
    void anEndReadBackFromTheLogIsNoSecondCall() {
        var settlement = settle(
                AttemptOutcome.newBuilder(completed("job-1", 1, 9)).setEpoch(1).build(),
                AttemptOutcome.newBuilder(completed("job-1", 1, 9))
                        .setEpoch(2)
                        .setUsage(null)
                        .setLogChecked(true)
                        .build());

        assertThat(settlement.getCostNanos()).isEqualTo(30);
        assertThat(settlement.getLosses()).isEmpty();
    }

    @Test
    void aSecondCallWhoseEndNobodyReadsIsTheOperatorsLoss() {
        var settlement = settle(
                AttemptOutcome.newBuilder(completed("job-1", 1, 9)).setEpoch(1).build(),
                AttemptOutcome.newBuilder(completed("job-1", 1, 9))
                        .setEpoch(2)
                        .setLogChecked(true)
                        .build());

        assertThat(settlement.getCostNanos()).isEqualTo(30);
        assertThat(settlement.getLosses())
                .extracting(OperatorLoss::getEpoch, OperatorLoss::getCostNanos)
                .containsExactly(tuple(2, 30L));
    }

    @Test
    void whatAFailedAttemptUsedIsTheOperatorsLoss() {
        var settlement = settle(
                outcome("job-1", 1, OutcomeKind.TRUNCATED).setUsage(usage(4, 0)).build(),
                outcome("job-1", 2, OutcomeKind.UNANSWERED).build(),
                completed("job-1", 3, 9));

        assertThat(settlement.getCostNanos()).isEqualTo(30);
        assertThat(settlement.getLosses())
                .extracting(OperatorLoss::getReason, OperatorLoss::getCostNanos)
                .containsExactly(tuple("TRUNCATED", 4L), tuple("UNANSWERED", 0L));
    }

    @Test
    void anAnnouncedEndBillsTheAttemptThatDelivered() {
        var announced = ended("job-1", 2, OutcomeKind.ANNOUNCED, JobStatus.INCOMPLETE, usage(3, 4), 9)
                .setUsage(null)
                .setProvider("")
                .setModel("")
                .build();

        var settlement = settle(
                outcome("job-1", 1, OutcomeKind.TRUNCATED)
                        .setProvider("beta")
                        .setModel(BETA)
                        .setUsage(usage(3, 4))
                        .build(),
                announced);

        assertThat(settlement.getModel()).isEqualTo(BETA);
        assertThat(settlement.getCostNanos()).isEqualTo(14);
        assertThat(settlement.getLosses()).isEmpty();
    }

    @Test
    void anEndThatNoReportExplainsCostsWhatReadersWereTold() {
        // Given
        var end = ended("job-1", 2, OutcomeKind.ANNOUNCED, JobStatus.INCOMPLETE, usage(3, 4), 9)
                .setUsage(null)
                .setProvider("")
                .setModel("")
                .build();
        var told = Terminal.newBuilder(end.getTerminal()).setCostNanos(77).build();
        // When
        var settlement = settle(AttemptOutcome.newBuilder(end).setTerminal(told).build());
        // Then
        assertThat(settlement.getCostNanos()).isEqualTo(77);
    }

    @Test
    void aLaterContradictionIsTheNextRevision() {
        // Given
        var job = note(dispatched(ALPHA, BETA).build(), completed("job-1", 1, 9));
        var first = SettlementRule.settle(job, NOW).orElseThrow();
        job = JobState.newBuilder(job).setSettlement(first).build();
        // When
        var again = SettlementRule.settle(job, NOW + 5);
        var corrected = note(
                job,
                ended("job-1", 1, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(1, 1), 5)
                        .setEpoch(2)
                        .build());
        var second = SettlementRule.settle(corrected, NOW + 5).orElseThrow();
        // Then
        assertThat(again).isEmpty();
        assertThat(second.getRevision()).isEqualTo(1);
        assertThat(second.getCostNanos()).isEqualTo(2);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theOrderOfReportsDoesNotMatter(long seed) {
        // Given
        var random = new Random(seed);
        var outcomes = new ArrayList<AttemptOutcome>();
        for (int epoch = 0; epoch < 8; epoch++) {
            var usage = random.nextInt(3) == 0 ? null : usage(random.nextInt(9), random.nextInt(9));
            var report = random.nextBoolean()
                    ? ended("job-1", 1, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage, random.nextInt(100))
                            .setLogChecked(random.nextInt(4) == 0)
                    : outcome("job-1", 1, OutcomeKind.TRUNCATED).setUsage(usage);
            outcomes.add(report.setEpoch(epoch).build());
        }
        var first = settled(outcomes);
        // When
        Collections.shuffle(outcomes, random);
        // Then
        assertThat(settled(outcomes)).isEqualTo(first);
    }

    private static List<JobSettlement> settled(List<AttemptOutcome> outcomes) {
        var job = dispatched(ALPHA, BETA).build();
        for (var outcome : outcomes) {
            job = note(job, outcome);
        }
        return SettlementRule.settle(job, NOW).stream().toList();
    }

    private static JobSettlement settle(AttemptOutcome... outcomes) {
        return settled(List.of(outcomes)).getFirst();
    }

    private static JobState note(JobState job, AttemptOutcome outcome) {
        return Reports.note(job, outcome).job();
    }
}
