package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Heap;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Slope;
import dev.millrace.ops.bench.report.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is alive in the heap, every minute of a long steady load: how it grows. The first fifth is not counted. */
final class Soak {
    static final String GROWTH = "soak.live-heap.growth";

    private static final double PER_SECOND = 50;
    private static final double MEGABYTE = 1e6;
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final Setting setting;

    Soak(Setting setting) {
        this.setting = setting;
    }

    void measure() {
        setting.arm(Arm.Kind.MILLRACE).ifPresent(this::measure);
    }

    private void measure(Arm arm) {
        var workload = Workload.instantStream(16);
        setting.load().learn(setting.direct().target(), workload);
        var length = setting.plan().soak();
        var schedule = Schedule.poisson(PER_SECOND, length, setting.plan().seed());
        var running = setting.load().begin(arm.target(), workload, schedule, new Tally());
        var megabytes = new ArrayList<Double>();
        for (int minute = 0; minute < length.dividedBy(LOOK_EVERY); minute++) {
            Pause.of(LOOK_EVERY);
            megabytes.add(Heap.liveBytes(arm) / MEGABYTE);
            setting.board()
                    .say("  live heap after " + (minute + 1) + " min: " + Math.round(megabytes.getLast()) + " MB");
        }
        var tally = running.await();
        var counted = megabytes.subList(megabytes.size() / 5, megabytes.size());
        setting.add("soak.live-heap", arm.name(), "MB", Spread.of(counted), tally.sent(), Gates.failed(tally));
        setting.add(
                GROWTH,
                arm.name(),
                "MB/h",
                Spread.single(60 * Slope.perStep(counted)),
                tally.sent(),
                List.copyOf(Gates.failed(tally)));
    }
}
