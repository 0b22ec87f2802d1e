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

/**
 * What is alive in the heap and what is in RAM, every minute of a long steady load: how each grows. The first fifth is not counted. A leak
 * beside the heap shows in RAM only.
 */
final class Soak {
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
        var live = new ArrayList<Double>();
        var resident = new ArrayList<Double>();
        for (int minute = 0; minute < length.dividedBy(LOOK_EVERY); minute++) {
            Pause.of(LOOK_EVERY);
            live.add(Heap.liveBytes(arm) / MEGABYTE);
            resident.add(arm.residentBytes() / MEGABYTE);
            setting.board()
                    .say("  after " + (minute + 1) + " min: live heap " + Math.round(live.getLast()) + " MB, resident "
                            + Math.round(resident.getLast()) + " MB");
        }
        var tally = running.await();
        report("soak.live-heap", arm, live, tally);
        report("soak.resident", arm, resident, tally);
    }

    private void report(String metric, Arm arm, List<Double> megabytes, Tally tally) {
        var counted = megabytes.subList(megabytes.size() / 5, megabytes.size());
        var gates = Gates.failed(tally);
        setting.add(metric, arm, "MB", Spread.of(counted), tally.sent(), gates);
        var perHour = Spread.single(60 * Slope.perStep(counted));
        setting.add(metric + ".growth", arm, "MB/h", perHour, tally.sent(), gates);
    }
}
