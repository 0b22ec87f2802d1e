package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How much is measured of what.
 *
 * @param arms asked for; those that cannot run here are left out with a note
 * @param metrics of Millrace in one process
 * @param processMetrics of Millrace as separate processes, which is measured after that, when the one process has ended
 * @param rounds of the sequential calls; 7 or more for a figure worth publishing
 * @param calls of each arm in a round
 * @param warmUp of each arm that is a JVM of ours; others get a quarter
 * @param load how long each arm is loaded in a round
 * @param loadRounds rounds of load
 * @param streams steps of concurrent streams
 * @param batchWaves jobs of the batch metric, in multiples of its slots
 * @param soak how long the heap is watched under load; zero: not
 */
public record Plan(
        String name,
        Set<Arm.Kind> arms,
        Set<Metric> metrics,
        Set<Metric> processMetrics,
        int rounds,
        int calls,
        Duration warmUp,
        Duration load,
        int loadRounds,
        Streams streams,
        int batchWaves,
        Duration soak,
        long seed) {

    /**
     * Steps of concurrent streams.
     *
     * @param first streams of the first step
     * @param factor from one step to the next
     * @param most streams of the last step
     * @param hold how long all of them stay open
     * @param forMemory streams that are open while memory is looked at
     * @param arms whose streams are opened; the others are too slow to open so many in a short run
     */
    public record Streams(int first, int factor, int most, Duration hold, int forMemory, Set<Arm.Kind> arms) {
        public Streams {
            arms = Set.copyOf(arms);
        }
    }

    public Plan {
        arms = Set.copyOf(arms);
        metrics = Set.copyOf(metrics);
        processMetrics = Set.copyOf(processMetrics);
        if (rounds < 1 || calls < 1 || loadRounds < 1) {
            throw new IllegalArgumentException("bench: needs at least one round and one call");
        }
    }

    /** About five minutes. */
    public static Plan brief() {
        return new Plan(
                "short",
                Set.of(Arm.Kind.values()),
                Set.of(Metric.values()),
                Set.of(Metric.LOAD, Metric.IDLE, Metric.WHOLE, Metric.STREAM, Metric.LEDGER),
                7,
                20,
                Duration.ofSeconds(16),
                Duration.ofSeconds(3),
                1,
                new Streams(256, 4, 1024, Duration.ofSeconds(4), 500, Set.of(Arm.Kind.MILLRACE, Arm.Kind.PORTKEY)),
                6,
                Duration.ZERO,
                1);
    }

    /** About an hour and a half. */
    public static Plan full() {
        return new Plan(
                "full",
                Set.of(Arm.Kind.values()),
                Set.of(Metric.values()),
                EnumSet.complementOf(EnumSet.of(Metric.BATCH, Metric.START, Metric.SOAK)),
                15,
                100,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                7,
                new Streams(256, 2, 16_384, Duration.ofSeconds(15), 2000, Set.of(Arm.Kind.values())),
                20,
                Duration.ofMinutes(30),
                1);
    }

    /** Seconds for each arm that needs nothing from outside: the gates are what counts, the figures do not. */
    public static Plan gates() {
        return new Plan(
                "gates",
                Set.of(Arm.Kind.DIRECT, Arm.Kind.CHAIN, Arm.Kind.MILLRACE),
                Set.of(Metric.STREAM, Metric.WHOLE, Metric.LOAD, Metric.GAPS, Metric.LEDGER),
                Set.of(),
                2,
                10,
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                1,
                new Streams(32, 2, 64, Duration.ofSeconds(2), 32, Set.of(Arm.Kind.MILLRACE)),
                2,
                Duration.ZERO,
                1);
    }
}
