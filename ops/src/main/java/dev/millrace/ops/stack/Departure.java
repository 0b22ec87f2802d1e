package dev.millrace.ops.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes parts stage by stage, within a time that does not depend on them.
 *
 * <p>The parts of a stage close at once, each on a daemon thread of its own. A part that hangs delays the later stages by its stage's
 * limit at most. Thread-safe.
 */
final class Departure {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<Stage, List<Part>> parts = new EnumMap<>(Stage.class);
    private final Function<Stage, Duration> limits;
    private final CountDownLatch finished = new CountDownLatch(1);
    private boolean begun;

    private Departure(Function<Stage, Duration> limits) {
        this.limits = limits;
    }

    /** For a person who waits: each stage has its own short limit. */
    static Departure hurried() {
        return new Departure(stage -> stage.limit);
    }

    /** For a process that should end its work: parts take what their configuration gives them. */
    static Departure patient() {
        return new Departure(_ -> PATIENCE);
    }

    /** In the order of leaving: nobody loses what it still needs to end its work. */
    enum Stage {
        /** Takes calls. */
        SERVING(Duration.ofMillis(2500)),
        /** Follows results. */
        READING(Duration.ofMillis(1500)),
        /** Makes calls. */
        WORKING(Duration.ofMillis(2500)),
        /** Decides and counts. */
        DECIDING(Duration.ofSeconds(4)),
        REGISTRY(Duration.ofMillis(1500)),
        BROKER(Duration.ofSeconds(4)),
        /** Health, metrics and whatever else looks on. */
        WATCHING(Duration.ofMillis(500)),
        /** Event loops. */
        GROUND(Duration.ofSeconds(1)),
        /** The data directory: somebody else may have it now. */
        DATA(Duration.ofMillis(500));

        private final Duration limit;

        Stage(Duration limit) {
            this.limit = limit;
        }
    }

    private record Part(String name, AutoCloseable closeable) {}

    /** Adds a part that is about to be started. One that comes after the leaving has begun is closed at once. */
    <T extends AutoCloseable> T add(Stage stage, String name, T part) {
        boolean late;
        synchronized (this) {
            late = begun;
            if (!late) {
                parts.computeIfAbsent(stage, _ -> new ArrayList<>()).add(new Part(name, part));
            }
        }
        if (late) {
            close(List.of(new Part(name, part)), limits.apply(stage).toNanos());
        }
        return part;
    }

    /** True once parts are leaving. */
    synchronized boolean begun() {
        return begun;
    }

    /**
     * Closes everything, once; who calls again waits for the same end.
     *
     * @return whether all parts had their turn within {@code limit}; if not, it goes on while the process lives
     */
    boolean closeAll(Duration limit) {
        if (begin()) {
            Thread.ofPlatform().daemon().name("leave").start(this::closeStages);
        }
        try {
            return finished.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    private void closeStages() {
        for (var stage : Stage.values()) {
            close(parts.getOrDefault(stage, List.of()), limits.apply(stage).toNanos());
        }
        finished.countDown();
    }

    private static void close(List<Part> group, long waitNanos) {
        var done = new CountDownLatch(group.size());
        for (var part : group) {
            Thread.ofPlatform().daemon().name("close-" + part.name()).start(() -> close(part, done));
        }
        try {
            if (!done.await(Math.max(0, waitNanos), TimeUnit.NANOSECONDS)) {
                LOG.atDebug()
                        .addKeyValue("parts", group.stream().map(Part::name).toList())
                        .log("Part did not close in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Part part, CountDownLatch done) {
        long beganNanos = System.nanoTime();
        try {
            part.closeable().close();
            LOG.atDebug()
                    .addKeyValue("part", part.name())
                    .addKeyValue("tookMillis", (System.nanoTime() - beganNanos) / 1_000_000)
                    .log("Part closed");
        } catch (Exception e) { // outermost: the others must leave too
            LOG.atWarn().addKeyValue("part", part.name()).setCause(e).log("Part did not close cleanly");
        } finally {
            done.countDown();
        }
    }
}
