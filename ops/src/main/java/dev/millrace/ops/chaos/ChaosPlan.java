package dev.millrace.ops.chaos;

import dev.millrace.ops.chaos.schedule.Schedule;
import dev.millrace.ops.chaos.schedule.ScheduleDraw;
import dev.millrace.ops.chaos.stage.StagePlan;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run is to be.
 *
 * @param rate clients per second
 * @param schedule to follow instead of one drawn from the seed
 * @param report directory for schedule, figures, findings and logs
 * @param archives directory of class archives, kept between runs; empty for none
 */
public record ChaosPlan(
        long seed,
        double minutes,
        double rate,
        double killsPerMinute,
        boolean reduced,
        Optional<Schedule> schedule,
        Path report,
        Optional<Path> archives) {
    public ChaosPlan {
        if (!(minutes > 0 && minutes <= 24 * 60)) {
            throw new IllegalArgumentException("minutes: must be more than 0 and at most a day, got " + minutes);
        }
        if (!(rate > 0 && rate <= 10_000)) {
            throw new IllegalArgumentException("rate: must be more than 0 and at most 10000, got " + rate);
        }
        if (!(killsPerMinute > 0 && killsPerMinute <= 120)) {
            throw new IllegalArgumentException(
                    "kills-per-minute: must be more than 0 and at most 120, got " + killsPerMinute);
        }
    }

    StagePlan stage(Path work) {
        var logs = report.resolve("logs");
        return reduced ? StagePlan.small(work, logs, archives) : StagePlan.full(work, logs, archives);
    }

    /** The given schedule, else the one of the seed. */
    Schedule scheduleOf(StagePlan stage) {
        return schedule.orElseGet(() -> ScheduleDraw.draw(seed, minutes, killsPerMinute, reduced, stage.cast()));
    }

    /** The command that does the same again. */
    String command() {
        return "./millrace chaos --seed " + seed + " --minutes " + minutes + " --rate " + rate + " --kills-per-minute "
                + killsPerMinute + (reduced ? " --reduced" : "")
                + (schedule.isPresent() ? " --schedule " + report.resolve("schedule.json") : "");
    }
}
