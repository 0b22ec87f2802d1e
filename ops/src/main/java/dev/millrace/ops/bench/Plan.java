package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How much is measured of what.
 *
 * @param arms asked for; those that cannot run here are left out with a note
 * @param metrics of Millrace in one process
 * @param processMetrics of Millrace as separate processes, which is measured after that, when the one process has ended
 * @param rounds of the sequential calls; 7 or more for a figure worth publishing
 * @param calls of each arm in a round
 * @param warmUp of each arm that is a JVM of ours; others get five seconds at most
 * @param rest the longest wait for the arms to come to rest before a measurement
 * @param load how long each arm is loaded in a round
 * @param loadRounds rounds of load
 * @param streams steps of concurrent streams
 * @param batchWaves jobs of the batch metric, in multiples of its slots
 * @param soak how long heap and memory are watched under load; zero: not
 * @param seed of arrivals and of the order of arms
 */
public record Plan(
        String name,
        Set<Arm.Kind> arms,
        Set<Metric> metrics,
        Set<Metric> processMetrics,
        int rounds,
        int calls,
        Duration warmUp,
        Duration rest,
        Duration load,
        int loadRounds,
        Streams streams,
        int batchWaves,
        Duration soak,
        long seed) {
    private static final Duration REST = Duration.ofSeconds(10);

    /**
     * Steps of concurrent streams.
     *
     * @param steps how many are tried, ascending, until a step is too much
     * @param hold how long all of them stay open
     * @param forMemory streams that are open while memory is looked at
     * @param arms whose streams are opened; the others are too slow to open so many in a short run
     */
    public record Streams(List<Integer> steps, Duration hold, int forMemory, Set<Arm.Kind> arms) {
        public Streams {
            steps = List.copyOf(steps);
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

    /** Which Millraces run, one after the other; the one process also where only its broker is needed. */
    public List<Arm.Kind> legs() {
        var legs = new ArrayList<Arm.Kind>();
        if (arms.contains(Arm.Kind.MILLRACE) || arms.contains(Arm.Kind.CHAIN)) {
            legs.add(Arm.Kind.MILLRACE);
        }
        if (arms.contains(Arm.Kind.MILLRACE_PROCESSES)) {
            legs.add(Arm.Kind.MILLRACE_PROCESSES);
        }
        return legs;
    }

    /** Whether a metric finds something to measure beside this Millrace. */
    boolean measures(Metric metric, Arm.Kind leg) {
        boolean asked = arms.contains(leg);
        boolean inOneProcess = asked && leg == Arm.Kind.MILLRACE;
        return switch (metric) {
            case BATCH, START -> inOneProcess;
            case SOAK -> inOneProcess && soak.isPositive();
            case LEDGER -> asked;
            case MEMORY, STREAMS -> between(leg).anyMatch(streams.arms()::contains);
            case LOAD, IDLE -> between(leg).findAny().isPresent();
            case CHUNKS, GAPS, WHOLE, STREAM -> true;
        };
    }

    /** This Millrace and what runs beside it, the direct way apart. */
    private Stream<Arm.Kind> between(Arm.Kind leg) {
        var others = leg == Arm.Kind.MILLRACE
                ? EnumSet.of(leg, Arm.Kind.PORTKEY, Arm.Kind.NGINX)
                : EnumSet.of(leg, Arm.Kind.PORTKEY);
        return others.stream().filter(arms::contains);
    }

    /** Metrics asked for that would find nothing to measure anywhere, with this profile and these arms. */
    public List<Metric> findingNothing() {
        return Stream.of(Metric.values())
                .filter(metric -> metrics.contains(metric) || processMetrics.contains(metric))
                .filter(metric -> legs().stream().noneMatch(leg -> finds(metric, leg)))
                .toList();
    }

    private boolean finds(Metric metric, Arm.Kind leg) {
        var asked = leg == Arm.Kind.MILLRACE ? metrics : processMetrics;
        return asked.contains(metric) && measures(metric, leg);
    }

    /** Its numbers by name, for a report; units stand in the names. */
    public Map<String, Long> numbers() {
        var numbers = new LinkedHashMap<String, Long>();
        numbers.put("rounds", (long) rounds);
        numbers.put("calls_per_round", (long) calls);
        numbers.put("warm_up_seconds", warmUp.toSeconds());
        numbers.put("load_rounds", (long) loadRounds);
        numbers.put("load_seconds", load.toSeconds());
        numbers.put("soak_minutes", soak.toMinutes());
        numbers.put("seed", seed);
        return numbers;
    }

    /** About ten minutes. */
    public static Plan brief() {
        return new Plan(
                "short",
                Set.of(Arm.Kind.values()),
                Set.of(Metric.values()),
                Set.of(Metric.LOAD, Metric.IDLE, Metric.WHOLE, Metric.STREAM, Metric.LEDGER),
                7,
                20,
                Duration.ofSeconds(16),
                REST,
                Duration.ofSeconds(3),
                1,
                new Streams(
                        List.of(256, 1024),
                        Duration.ofSeconds(4),
                        500,
                        Set.of(Arm.Kind.MILLRACE, Arm.Kind.MILLRACE_PROCESSES, Arm.Kind.PORTKEY)),
                6,
                Duration.ZERO,
                1);
    }

    /** Two to three hours. */
    public static Plan full() {
        return new Plan(
                "full",
                Set.of(Arm.Kind.values()),
                Set.of(Metric.values()),
                EnumSet.complementOf(EnumSet.of(Metric.BATCH, Metric.START, Metric.SOAK)),
                15,
                100,
                Duration.ofSeconds(60),
                REST,
                Duration.ofSeconds(30),
                7,
                new Streams(
                        List.of(256, 1024, 2048, 4096, 8192, 16_384),
                        Duration.ofSeconds(15),
                        2000,
                        Set.of(Arm.Kind.values())),
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
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                1,
                new Streams(List.of(32, 64), Duration.ofSeconds(2), 32, Set.of(Arm.Kind.MILLRACE)),
                2,
                Duration.ZERO,
                1);
    }
}
