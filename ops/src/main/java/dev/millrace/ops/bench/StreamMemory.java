package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Heap;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.report.Spread;
import java.time.Duration;

/**
 * Memory of open streams: what an arm's processes have in RAM, and what is alive in their heaps, while streams are open, less the same
 * before. Both after a full collection where there is a JVM.
 */
final class StreamMemory {
    static final String RESIDENT = "memory.per-1000-streams.resident";
    static final String LIVE = "memory.per-1000-streams.live-heap";

    private static final double MEGABYTE = 1e6;
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final Setting setting;
    private final double openedPerSecond;

    StreamMemory(Setting setting, double openedPerSecond) {
        this.setting = setting;
        this.openedPerSecond = openedPerSecond;
    }

    private record Memory(long residentBytes, long liveBytes) {
        static Memory of(Arm arm) {
            long live = Heap.liveBytes(arm);
            return new Memory(arm.residentBytes(), live);
        }
    }

    void measure() {
        setting.opening().forEach(this::measure);
    }

    private void measure(Arm arm) {
        int streams = setting.plan().streams().forMemory();
        var hold = setting.plan().streams().hold();
        var workload = OpenStreams.workload(streams, openedPerSecond, hold.plus(SETTLE));
        setting.load().learn(setting.direct().target(), workload);
        var before = Memory.of(arm);
        var schedule = Schedule.constant(openedPerSecond, streams);
        var running = setting.load().begin(arm.target(), workload, schedule, new Tally());
        Pause.of(Duration.ofMillis((long) (1000 * streams / openedPerSecond)).plus(SETTLE));
        var open = Memory.of(arm);
        var tally = running.await();
        report(arm, RESIDENT, open.residentBytes() - before.residentBytes(), streams, tally);
        if (before.liveBytes() > 0) {
            report(arm, LIVE, open.liveBytes() - before.liveBytes(), streams, tally);
        }
    }

    private void report(Arm arm, String metric, long bytes, int streams, Tally tally) {
        double megabytes = bytes / MEGABYTE / streams * 1000;
        setting.add(metric, arm.name(), "MB", Spread.single(megabytes), tally.mostOpen(), Gates.failed(tally));
    }
}
