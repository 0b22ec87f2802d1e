package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The most streams of one chunk a second that an arm holds open at once without an error, a lost frame, or a wait for a frame of more than
 * a second beyond the pace. The number grows by a factor until it is too much.
 */
final class OpenStreams {
    static final String MOST = "streams.most";

    private static final int PACE_MILLIS = 1000;
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * PACE_MILLIS);
    private static final Duration RECOVER = Duration.ofSeconds(2);

    private final Setting setting;
    private final double openedPerSecond;

    OpenStreams(Setting setting, double openedPerSecond) {
        this.setting = setting;
        this.openedPerSecond = openedPerSecond;
    }

    void measure() {
        setting.opening().forEach(this::measure);
    }

    private void measure(Arm arm) {
        var plan = setting.plan().streams();
        int most = 0;
        for (int streams = plan.first(); streams <= plan.most(); streams *= plan.factor()) {
            var tally = step(arm, streams, plan.hold());
            var failed = Gates.failed(tally);
            boolean held = failed.isEmpty() && tally.stalled() == 0;
            setting.board()
                    .say("  " + arm + ": " + streams + " streams, "
                            + (held ? "all well" : tally.stalled() + " stalls " + failed) + ", slowest frame "
                            + TimeUnit.NANOSECONDS.toMillis(tally.gaps().getMaxValue()) + " ms, slowest first "
                            + TimeUnit.NANOSECONDS.toMillis(tally.first().getMaxValue()) + " ms");
            Pause.of(RECOVER);
            if (!held) {
                break;
            }
            most = streams;
        }
        if (most * plan.factor() > plan.most()) {
            setting.board().note(arm + " held all " + most + " streams: more were not tried");
        }
        setting.add(MOST, arm.name(), "streams", Spread.single(most), most, List.of());
    }

    private Tally step(Arm arm, int streams, Duration hold) {
        var workload = workload(streams, openedPerSecond, hold);
        setting.load().learn(setting.direct().target(), workload);
        return setting.load()
                .open(arm.target(), workload, Schedule.constant(openedPerSecond, streams), new Tally(STALL_NANOS));
    }

    /** Streams that last until all are open and then as long as they are to be held. */
    static Workload workload(int streams, double openedPerSecond, Duration hold) {
        int seconds = (int) Math.ceil(streams / openedPerSecond) + (int) hold.toSeconds();
        return Workload.paced(seconds, PACE_MILLIS);
    }
}
