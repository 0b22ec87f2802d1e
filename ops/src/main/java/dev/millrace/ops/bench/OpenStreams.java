package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The most streams of one chunk a second that an arm holds open at once without an error, a lost frame, or a wait for a frame of more than
 * a second beyond the pace. The number grows step by step until it is too much.
 *
 * <p>The direct way is asked once, for the largest number that any arm was asked for, and for less only when that is too much: an arm
 * cannot be blamed for a number that vendor and client do not hold either.
 */
final class OpenStreams {
    static final String MOST = "streams.most";

    private static final int PACE_MILLIS = 1000;
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * PACE_MILLIS);
    private static final Duration RECOVER = Duration.ofSeconds(2);

    /** Times as many streams are opened a second as of an arm. */
    private static final double DIRECT_IS_QUICKER = 4;

    private final Setting setting;
    private final double openedPerSecond;

    OpenStreams(Setting setting, double openedPerSecond) {
        this.setting = setting;
        this.openedPerSecond = openedPerSecond;
    }

    void measure() {
        var found = new LinkedHashMap<Arm, HeldStreams>();
        setting.opening().forEach(arm -> found.put(arm, search(arm)));
        int tried = found.values().stream().mapToInt(HeldStreams::tried).max().orElse(0);
        if (tried > 0) {
            var direct = direct(tried);
            report(setting.direct(), direct, Integer.MAX_VALUE);
            found.forEach((arm, held) -> report(arm, held, direct.most()));
        }
    }

    private HeldStreams search(Arm arm) {
        int most = 0;
        for (int streams : setting.plan().streams().steps()) {
            var wrong = step(arm, streams, openedPerSecond);
            if (wrong.isPresent()) {
                return new HeldStreams(most, streams, wrong.get());
            }
            most = streams;
        }
        return new HeldStreams(most, 0, "");
    }

    /** From the largest number downward. */
    private HeldStreams direct(int tried) {
        int broke = 0;
        var why = "";
        for (int streams : setting.plan().streams().steps().reversed()) {
            if (streams <= tried) {
                var wrong = step(setting.direct(), streams, openedPerSecond * DIRECT_IS_QUICKER);
                if (wrong.isEmpty()) {
                    return new HeldStreams(streams, broke, why);
                }
                broke = streams;
                why = wrong.get();
            }
        }
        return new HeldStreams(0, broke, why);
    }

    /** What went wrong with so many streams; empty when nothing did. */
    private Optional<String> step(Arm arm, int streams, double perSecond) {
        var workload = workload(streams, perSecond, setting.plan().streams().hold());
        setting.load().learn(setting.direct().target(), workload);
        var schedule = Schedule.constant(perSecond, streams);
        var tally = setting.load().open(arm.apart(), workload, schedule, new Tally(STALL_NANOS));
        var failed = Gates.failed(tally);
        if (tally.stalled() > 0) {
            failed.add(tally.stalled() + " stalls");
        }
        failed.addAll(Gates.ended(arm));
        setting.board()
                .say("  " + arm + ": " + streams + " streams, "
                        + (failed.isEmpty() ? "all well" : String.join("; ", failed)) + ", slowest frame "
                        + TimeUnit.NANOSECONDS.toMillis(tally.gaps().getMaxValue()) + " ms, slowest first "
                        + TimeUnit.NANOSECONDS.toMillis(tally.first().getMaxValue()) + " ms");
        Pause.of(RECOVER);
        return failed.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failed));
    }

    /** @param possible what vendor and client hold without the arm */
    private void report(Arm arm, HeldStreams held, int possible) {
        boolean atLeast = held.atLeast(possible);
        setting.add(MOST, arm, "streams", Spread.single(held.most()), held.most(), held.failed(), atLeast);
        if (held.broke() == 0) {
            note(arm + " held all " + held.most() + " streams: more were not tried");
        } else if (atLeast) {
            note(arm + " did not hold " + held.broke() + " streams, nor did the direct way: vendor or client may be"
                    + " what limits it");
        }
    }

    private void note(String text) {
        setting.board().note(setting.scope() + MOST + ": " + text);
    }

    /** Streams that last until all are open and then as long as they are to be held. */
    static Workload workload(int streams, double openedPerSecond, Duration hold) {
        int seconds = (int) Math.ceil(streams / openedPerSecond) + (int) hold.toSeconds();
        return Workload.paced(seconds, PACE_MILLIS);
    }
}
