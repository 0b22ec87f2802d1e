package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;

/** What an arm adds to the gap between two chunks of a paced stream, at the 99th percentile. */
final class ChunkGaps {
    static final String ADDED = "gap.added.p99";

    private static final Workload WORKLOAD = Workload.paced(100, 10);
    private static final int STREAMS = 10;
    private static final double PER_SECOND = 20;

    private final Setting setting;

    ChunkGaps(Setting setting) {
        this.setting = setting;
    }

    void measure() {
        setting.load().learn(setting.direct().target(), WORKLOAD);
        var rounds = new Rounds(setting, ChunkGaps::p99Millis, ChunkGaps::p99Millis);
        for (int round = 0; round < Math.max(1, setting.plan().rounds() / 3); round++) {
            rounds.round(this::calls);
        }
        rounds.report(ADDED, Tally::pieces);
    }

    private Tally calls(Arm arm) {
        setting.settle();
        return setting.load().open(arm.target(), WORKLOAD, Schedule.constant(PER_SECOND, STREAMS), new Tally());
    }

    private static double p99Millis(Tally tally) {
        return tally.gaps().getValueAtPercentile(99) / 1e6;
    }
}
