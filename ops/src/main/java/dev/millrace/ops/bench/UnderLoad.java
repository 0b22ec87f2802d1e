package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Times and CPU at a rate that is the same for all arms: half of what Portkey's gateway can take, found just before. Without that gateway
 * it is half of what the first arm can take.
 *
 * <p>What an arm adds at the 99th percentile is its own less the direct way's median: the vendor's noise counts against the arm.
 */
final class UnderLoad {
    private static final int SATURATING = 32;

    private final Setting setting;
    private final Workload workload;
    private final String name;
    private final Map<Arm.Kind, List<Tally>> tallies = new EnumMap<>(Arm.Kind.class);
    private final Map<Arm.Kind, Duration> cpu = new EnumMap<>(Arm.Kind.class);

    UnderLoad(Setting setting, Workload workload) {
        this.setting = setting;
        this.workload = workload;
        this.name = workload.streaming() ? "stream" : "whole";
    }

    static String p99(String name) {
        return name + ".added.p99.half-load";
    }

    static String cpu(String name) {
        return name + ".cpu-per-request";
    }

    void measure() {
        setting.load().learn(setting.direct().target(), workload);
        double perSecond = known().orElseGet(this::capacity) / 2;
        for (int round = 0; round < setting.plan().loadRounds(); round++) {
            long seed = setting.random().nextLong();
            for (var arm : setting.shuffled()) {
                round(arm, perSecond, seed);
            }
        }
        setting.arms().forEach(this::report);
    }

    /** What was found beside another Millrace of the same run. */
    private Optional<Double> known() {
        return setting.board()
                .figure(name + ".capacity", Arm.Kind.PORTKEY.word())
                .map(figure -> figure.value().median());
    }

    /** Requests per second; of Millrace too, for comparison. */
    private double capacity() {
        var portkey = setting.arm(Arm.Kind.PORTKEY);
        setting.millraces().findFirst().filter(_ -> portkey.isPresent()).ifPresent(this::capacity);
        return capacity(portkey.orElse(setting.between().getFirst()));
    }

    private double capacity(Arm arm) {
        setting.settle();
        var tally = setting.load()
                .saturate(arm.target(), workload, SATURATING, setting.plan().load());
        double perSecond = tally.completed() / tally.seconds();
        setting.add(
                name + ".capacity",
                arm.name(),
                "requests/s",
                Spread.single(perSecond),
                tally.sent(),
                Gates.failed(tally));
        return perSecond;
    }

    private void round(Arm arm, double perSecond, long seed) {
        var schedule = Schedule.poisson(perSecond, setting.plan().load(), seed);
        setting.settle();
        var before = arm.cpu();
        var tally = setting.load().open(arm.target(), workload, schedule, new Tally());
        cpu.merge(arm.kind(), arm.cpu().minus(before), Duration::plus);
        tallies.computeIfAbsent(arm.kind(), _ -> new ArrayList<>()).add(tally);
    }

    private Histogram times(Tally tally) {
        return workload.streaming() ? tally.first() : tally.total();
    }

    private void report(Arm arm) {
        boolean isDirect = arm.kind() == Arm.Kind.DIRECT;
        var direct = Objects.requireNonNull(tallies.get(Arm.Kind.DIRECT));
        var mine = Objects.requireNonNull(tallies.get(arm.kind()));
        var all = new Tally();
        var added = new ArrayList<Double>();
        for (int i = 0; i < mine.size(); i++) {
            all.add(mine.get(i));
            double vendor = isDirect ? 0 : times(direct.get(i)).getValueAtPercentile(50) / 1e6;
            added.add(times(mine.get(i)).getValueAtPercentile(99) / 1e6 - vendor);
        }
        var failed = Gates.failed(all);
        var metric = isDirect ? p99(name).replace("added", "vendor") : p99(name);
        setting.add(metric, arm.name(), "ms", Spread.of(added), all.sent(), failed);
        if (!isDirect) {
            double millis = Objects.requireNonNull(cpu.get(arm.kind())).toNanos() / 1e6 / all.sent();
            setting.add(cpu(name), arm.name(), "CPU-ms", Spread.single(millis), all.sent(), failed);
        }
    }
}
