package dev.millrace.ops.stack;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes parts in the reverse order of their start, within a time that does not depend on them.
 *
 * <p>A part that hangs or fails delays the rest by its own limit at most; after the whole limit the caller goes on and what still
 * runs dies with the process. Every thread used is a daemon. Thread-safe.
 */
final class Departure {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean begun;

    private record Part(String name, AutoCloseable closeable, Duration limit) {}

    /** Adds a part that has been started; it leaves before all earlier ones. */
    <T extends AutoCloseable> T add(String name, Duration limit, T part) {
        boolean late;
        synchronized (this) {
            late = begun;
            if (!late) {
                parts.push(new Part(name, part, limit));
            }
        }
        if (late) {
            close(new Part(name, part, limit), System.nanoTime() + limit.toNanos());
        }
        return part;
    }

    /** Closes everything; idempotent; returns after {@code limit} at the latest. */
    void closeAll(Duration limit) {
        Deque<Part> leaving;
        synchronized (this) {
            begun = true;
            leaving = new ArrayDeque<>(parts);
            parts.clear();
        }
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        leaving.forEach(part -> close(part, deadlineNanos));
    }

    private static void close(Part part, long deadlineNanos) {
        long beganNanos = System.nanoTime();
        var done = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("close-" + part.name()).start(() -> {
            try {
                part.closeable().close();
            } catch (Exception e) { // outermost: the others must leave too
                LOG.atWarn().addKeyValue("part", part.name()).setCause(e).log("Part did not close cleanly");
            } finally {
                done.countDown();
            }
        });
        long waitNanos = Math.min(part.limit().toNanos(), deadlineNanos - beganNanos);
        try {
            boolean inTime = done.await(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
            LOG.atDebug()
                    .addKeyValue("part", part.name())
                    .addKeyValue("inTime", inTime)
                    .addKeyValue("tookMillis", (System.nanoTime() - beganNanos) / 1_000_000)
                    .log("Part closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
