package dev.millrace.ops.chaos.stage;

import dev.millrace.ops.fleet.Fleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts again whoever ended by itself, as an orchestrator does, and keeps count. Processes that were ended on purpose are left to who did
 * it. Thread-safe.
 */
public final class Keeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();
    private static final Duration BACK_OFF = Duration.ofSeconds(1);

    private final Fleet fleet;
    private final Thread thread;
    private final Set<String> away = new HashSet<>();
    private final Map<String, Long> readySinceNanos = new HashMap<>();
    private final List<Ending> endings = new ArrayList<>();
    private volatile boolean closed;

    /**
     * A process that ended without being told to.
     *
     * @param atMillis since the epoch
     */
    public record Ending(String process, int exitCode, long atMillis) {}

    public Keeper(Fleet fleet) {
        this.fleet = fleet;
        this.thread = Thread.ofPlatform().name("keeper").daemon().start(this::watch);
    }

    /** From now on its end is on purpose. */
    synchronized void expectAway(String process) {
        away.add(process);
        readySinceNanos.remove(process);
    }

    /** From now on it is looked after again. */
    synchronized void expectBack(String process) {
        away.remove(process);
    }

    synchronized boolean isAway(String process) {
        return away.contains(process);
    }

    /** True when it has served without a break for so long. */
    synchronized boolean settled(String process, Duration length) {
        var since = readySinceNanos.get(process);
        return since != null && System.nanoTime() - since >= length.toNanos();
    }

    /** Every end that nobody wanted. */
    public synchronized List<Ending> endings() {
        return List.copyOf(endings);
    }

    private void watch() {
        while (!closed) {
            for (var name : fleet.names()) {
                look(name);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private synchronized void look(String name) {
        if (away.contains(name)) {
            return;
        }
        var process = fleet.process(name);
        if (process.alive()) {
            if (fleet.ready(name)) {
                readySinceNanos.putIfAbsent(name, System.nanoTime());
            }
            return;
        }
        readySinceNanos.remove(name);
        int exitCode = process.awaitExit(BACK_OFF);
        long nowMillis = System.currentTimeMillis();
        if (endings.stream()
                .anyMatch(e -> e.process().equals(name) && nowMillis - e.atMillis() < BACK_OFF.toMillis())) {
            return;
        }
        endings.add(new Ending(name, exitCode, nowMillis));
        LOG.atWarn()
                .addKeyValue("process", name)
                .addKeyValue("exitCode", exitCode)
                .log("Ended by itself, started again");
        fleet.restart(name);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
