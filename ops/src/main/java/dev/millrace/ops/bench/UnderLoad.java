package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Pause;
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

/**
 * Times and CPU at a rate that is the same for all arms: half of what Portkey's gateway can take, found just before. Without that gateway
 * it is half of what the first arm can take.
 *
 * <p>What an arm adds at the 99th percentile is its own less the direct way's median: the vendor's noise counts against the arm.
 *
 * <p>CPU is counted from the first call on until a while after the last reply, the same while for all arms, so that what an arm does later
 * (commits, settlement, billing) counts too. Nothing is taken from it: what the arm uses when nobody calls is part of it.
 */
final class UnderLoad {
    private static final int SATURATING = 32;

    /** Three times as long as the pipeline holds back what it commits. */
    private static final Duration TAIL = Duration.ofMillis(1500);

    private final Setting setting;
    private final Workload workload;
    private final String name;
    private final Rounds rounds;
    private final Map<Arm.Kind, List<Double>> cpuMillis = new EnumMap<>(Arm.Kind.class);

    UnderLoad(Setting setting, Workload workload) {
        this.setting = setting;
        this.workload = workload;
        this.name = workload.streaming() ? "stream" : "whole";
        this.rounds = new Rounds(setting, tally -> millis(tally, 99), tally -> millis(tally, 50));
    }

    static String p99(String name) {
        return name + ".added.p99.half-load";
    }

    static String cpu(String name) {
        return name + ".cpu-per-request";
    }

    void measure() {
        if (setting.between().isEmpty()) {
            setting.board().note(setting.scope() + name + " under load: none of the arms asked for could run");
            return;
        }
        setting.load().learn(setting.direct().target(), workload);
        double perSecond = known().orElseGet(this::capacity) / 2;
        for (int round = 0; round < setting.plan().loadRounds(); round++) {
            long seed = setting.random().nextLong();
            rounds.round(arm -> calls(arm, perSecond, seed));
        }
        rounds.report(p99(name), Tally::sent);
        setting.between().forEach(this::reportCpu);
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
        setting.add(name + ".capacity", arm, "requests/s", Spread.single(perSecond), tally.sent(), Gates.failed(tally));
        return perSecond;
    }

    private Tally calls(Arm arm, double perSecond, long seed) {
        var schedule = Schedule.poisson(perSecond, setting.plan().load(), seed);
        setting.settle();
        var before = arm.cpu();
        var tally = setting.load().open(arm.target(), workload, schedule, new Tally());
        Pause.of(TAIL);
        double used = arm.cpu().minus(before).toNanos() / 1e6;
        cpuMillis.computeIfAbsent(arm.kind(), _ -> new ArrayList<>()).add(used / tally.sent());
        return tally;
    }

    private double millis(Tally tally, double percentile) {
        return tally.answered(workload).getValueAtPercentile(percentile) / 1e6;
    }

    private void reportCpu(Arm arm) {
        var tally = rounds.tally(arm);
        var millis = Spread.of(Objects.requireNonNull(cpuMillis.get(arm.kind())));
        setting.add(cpu(name), arm, "CPU-ms", millis, tally.sent(), Gates.failed(tally));
    }
}
