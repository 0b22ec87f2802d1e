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
 *
 * <p>A JVM keeps the pages that its heap has once touched. Where streams are put on such pages the memory in RAM grows by less than what
 * is alive in the heap, and then its growth is only the least that they take.
 */
final class StreamMemory {
    static final String RESIDENT = "memory.per-1000-streams.resident";
    static final String LIVE = "memory.per-1000-streams.live-heap";
    static final String ABSOLUTE = "memory.resident.with-streams";

    private static final double MEGABYTE = 1e6;
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final Setting setting;
    private final double openedPerSecond;

    StreamMemory(Setting setting, double openedPerSecond) {
        this.setting = setting;
        this.openedPerSecond = openedPerSecond;
    }

    /** @param liveBytes 0 without a JVM */
    record Memory(long residentBytes, long liveBytes) {
        static Memory of(Arm arm) {
            long live = Heap.liveBytes(arm);
            return new Memory(arm.residentBytes(), live);
        }

        Memory minus(Memory before) {
            return new Memory(residentBytes - before.residentBytes, liveBytes - before.liveBytes);
        }

        /** Whether, as a growth, its resident part cannot be all that was needed: some went to pages that were there before. */
        boolean hidden() {
            return residentBytes < liveBytes;
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
        var grown = open.minus(before);
        add(arm, RESIDENT, grown.residentBytes() / MEGABYTE / streams * 1000, tally, grown.hidden());
        add(arm, ABSOLUTE, open.residentBytes() / MEGABYTE, tally, false);
        if (before.liveBytes() > 0) {
            add(arm, LIVE, grown.liveBytes() / MEGABYTE / streams * 1000, tally, false);
        }
        if (grown.hidden()) {
            setting.board()
                    .note(setting.scope() + RESIDENT + " of " + arm + " is only the least that its streams take: it is"
                            + " smaller than the growth of what is alive in its heaps, so streams were put on pages"
                            + " that had been touched before");
        }
    }

    private void add(Arm arm, String metric, double megabytes, Tally tally, boolean atLeast) {
        var gates = Gates.failed(tally);
        setting.add(metric, arm, "MB", Spread.single(megabytes), tally.mostOpen(), gates, atLeast);
    }
}
