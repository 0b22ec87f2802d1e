package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What an arm adds to the gap between two chunks of a paced stream, at the 99th percentile. */
final class ChunkGaps {
    static final String ADDED = "gap.added.p99";

    private static final Workload WORKLOAD = Workload.paced(100, 10);
    private static final int STREAMS = 10;
    private static final double PER_SECOND = 20;

    private final Setting setting;
    private final Map<Arm.Kind, List<Tally>> tallies = new EnumMap<>(Arm.Kind.class);

    ChunkGaps(Setting setting) {
        this.setting = setting;
    }

    void measure() {
        setting.load().learn(setting.direct().target(), WORKLOAD);
        int rounds = Math.max(1, setting.plan().rounds() / 3);
        for (int round = 0; round < rounds; round++) {
            for (var arm : setting.shuffled()) {
                setting.settle();
                var schedule = Schedule.constant(PER_SECOND, STREAMS);
                var tally = setting.load().open(arm.target(), WORKLOAD, schedule, new Tally());
                tallies.computeIfAbsent(arm.kind(), _ -> new ArrayList<>()).add(tally);
            }
        }
        setting.arms().forEach(this::report);
    }

    private void report(Arm arm) {
        boolean isDirect = arm.kind() == Arm.Kind.DIRECT;
        var direct = Objects.requireNonNull(tallies.get(Arm.Kind.DIRECT));
        var mine = Objects.requireNonNull(tallies.get(arm.kind()));
        var all = new Tally();
        var added = new ArrayList<Double>();
        for (int i = 0; i < mine.size(); i++) {
            all.add(mine.get(i));
            added.add(p99Millis(mine.get(i)) - (isDirect ? 0 : p99Millis(direct.get(i))));
        }
        var metric = isDirect ? "gap.vendor.p99" : ADDED;
        setting.add(metric, arm.name(), "ms", Spread.of(added), all.pieces(), Gates.failed(all));
    }

    private static double p99Millis(Tally tally) {
        return tally.gaps().getValueAtPercentile(99) / 1e6;
    }
}
