package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;

/** Chunks with content that reach the clients in a second, from a vendor that sends as fast as it is read. */
final class ChunkRate {
    static final String EVENTS = "chunks.per-second";

    private static final Workload WORKLOAD = Workload.instantStream(500);
    private static final int SATURATING = 16;

    private final Setting setting;

    ChunkRate(Setting setting) {
        this.setting = setting;
    }

    void measure() {
        setting.load().learn(setting.direct().target(), WORKLOAD);
        for (var arm : setting.shuffled()) {
            measure(arm);
        }
    }

    private void measure(Arm arm) {
        setting.settle();
        var tally = setting.load()
                .saturate(arm.target(), WORKLOAD, SATURATING, setting.plan().load());
        double perSecond = tally.pieces() / tally.seconds();
        var failed = Gates.failed(tally);
        setting.add(EVENTS, arm, "chunks/s", Spread.single(perSecond), tally.pieces(), failed);
        double perChunk = (double) tally.completed() * WORKLOAD.deltas() / Math.max(1, tally.pieces());
        setting.add(
                "chunks.vendor-pieces-per-chunk", arm, "pieces", Spread.single(perChunk), tally.completed(), failed);
    }
}
