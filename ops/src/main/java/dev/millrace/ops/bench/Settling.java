package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Waits until the arms of a leg use no more than they do when nobody calls: what one of them left undone, or its compilers have yet to do,
 * is not to be paid by the next. Not thread-safe.
 */
final class Settling {
    /** Of a core, above what they use when nobody calls. */
    private static final double ABOVE_IDLE = 0.1;

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Supplier<Duration> cpu;
    private final Consumer<Duration> pause;
    private final int mostLooks;
    private double idle;
    private int waits;
    private int late;
    private double busiest;

    /**
     * @param cpu what all of them have used so far
     * @param pause lets time pass
     * @param within the longest wait; half of it for the look at them when nobody calls
     */
    Settling(Supplier<Duration> cpu, Consumer<Duration> pause, Duration within) {
        this.cpu = cpu;
        this.pause = pause;
        this.mostLooks = Math.max(1, (int) within.dividedBy(LOOK_EVERY));
    }

    static Settling of(List<Arm> arms, Duration within) {
        return new Settling(() -> arms.stream().map(Arm::cpu).reduce(Duration.ZERO, Duration::plus), Pause::of, within);
    }

    /** Looks at what they use when nobody calls, which is the least that is seen; before they are called at all. */
    void learnIdle() {
        idle = share();
        for (int look = 1; look < mostLooks / 2; look++) {
            idle = Math.min(idle, share());
        }
    }

    /** Waits until they have come to rest, or as long as is allowed. */
    void await() {
        waits++;
        double share = share();
        for (int look = 1; look < mostLooks && !atRest(share); look++) {
            share = share();
        }
        if (!atRest(share)) {
            late++;
            busiest = Math.max(busiest, share);
        }
    }

    private boolean atRest(double share) {
        return share <= idle + ABOVE_IDLE;
    }

    /** Of a core, during one look. */
    private double share() {
        var before = cpu.get();
        pause.accept(LOOK_EVERY);
        return (double) cpu.get().minus(before).toNanos() / LOOK_EVERY.toNanos();
    }

    /** What a reader must know of the waits since this was last asked; empty when all of them ended at rest. */
    Optional<String> complaint() {
        int all = waits;
        int ended = late;
        double most = busiest;
        waits = 0;
        late = 0;
        busiest = 0;
        return ended == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%d of %d measurements began before the arms had come to rest: after %.0f s they used up to"
                                + " %.0f %% of a core, against %.0f %% when nobody called",
                        ended,
                        all,
                        mostLooks * LOOK_EVERY.toMillis() / 1000.0,
                        100 * most,
                        100 * idle));
    }
}
