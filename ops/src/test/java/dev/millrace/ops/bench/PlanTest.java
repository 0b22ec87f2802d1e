package dev.millrace.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.bench.arm.Arm;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static Plan asked(Plan base, Set<Arm.Kind> arms, Metric... metrics) {
        return new Plan(
                base.name(),
                arms,
                Set.of(metrics),
                Set.of(metrics),
                base.rounds(),
                base.calls(),
                base.warmUp(),
                base.rest(),
                base.load(),
                base.loadRounds(),
                base.streams(),
                base.batchWaves(),
                base.soak(),
                base.seed());
    }

    @Test
    void namesMetricsThatTheProfileOrTheArmsLeaveNothingToMeasure() {
        var all = Set.of(Arm.Kind.values());
        assertThat(asked(Plan.brief(), all, Metric.values()).findingNothing()).containsExactly(Metric.SOAK);
        assertThat(asked(Plan.full(), all, Metric.values()).findingNothing()).isEmpty();
        var processes = Set.of(Arm.Kind.MILLRACE_PROCESSES);
        assertThat(asked(Plan.full(), processes, Metric.values()).findingNothing())
                .containsExactly(Metric.BATCH, Metric.SOAK, Metric.START);
        assertThat(asked(Plan.brief(), processes, Metric.MEMORY, Metric.STREAMS).findingNothing())
                .isEmpty();
        var chain = Set.of(Arm.Kind.CHAIN);
        assertThat(asked(Plan.brief(), chain, Metric.STREAM, Metric.LOAD, Metric.IDLE, Metric.LEDGER)
                        .findingNothing())
                .containsExactly(Metric.LOAD, Metric.IDLE, Metric.LEDGER);
        var nginx = Set.of(Arm.Kind.CHAIN, Arm.Kind.NGINX);
        assertThat(asked(Plan.brief(), nginx, Metric.LOAD, Metric.STREAMS).findingNothing())
                .containsExactly(Metric.STREAMS);
    }

    @Test
    void leavesOutNothingOfItsOwnProfiles() {
        assertThat(Plan.full().findingNothing()).isEmpty();
        assertThat(Plan.gates().findingNothing()).isEmpty();
        assertThat(Plan.brief().findingNothing()).containsExactly(Metric.SOAK);
    }

    @Test
    void runsTheOneProcessForTheChainToo() {
        assertThat(asked(Plan.brief(), Set.of(Arm.Kind.CHAIN)).legs()).containsExactly(Arm.Kind.MILLRACE);
        assertThat(Plan.brief().legs()).containsExactly(Arm.Kind.MILLRACE, Arm.Kind.MILLRACE_PROCESSES);
        assertThat(asked(Plan.brief(), Set.of(Arm.Kind.PORTKEY)).legs()).isEmpty();
    }

    @Test
    void looksAtMemoryBeforeOtherStreamsHaveTouchedIt() {
        assertThat(Metric.values()).startsWith(Metric.MEMORY, Metric.STREAMS);
    }

    @Test
    void tellsTheNumbersThatOptionsChange() {
        assertThat(Plan.brief().numbers())
                .containsEntry("rounds", 7L)
                .containsEntry("calls_per_round", 20L)
                .containsEntry("warm_up_seconds", 16L)
                .containsEntry("seed", 1L);
    }
}
