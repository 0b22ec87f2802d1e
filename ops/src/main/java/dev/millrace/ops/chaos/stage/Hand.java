package dev.millrace.ops.chaos.stage;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.chaos.proxy.Passage;
import dev.millrace.ops.chaos.schedule.Fault;
import dev.millrace.ops.chaos.schedule.Schedule;
import dev.millrace.ops.fleet.FleetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a schedule out. Each fault begins at its time and ends by itself, with one exception: who is to be sent away waits for a while until
 * the others of its kind serve again. When they do not come, a broker is spared, and a module goes all the same.
 */
public final class Hand implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hand.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(40);
    private static final Duration BACK_WITHIN = Duration.ofMinutes(2);

    /** A broker that came back has fetched what it missed by then. */
    private static final Duration BROKER_SETTLES = Duration.ofSeconds(5);

    private static final Duration BROKER_WAITS = Duration.ofSeconds(15);
    private static final Duration MODULE_SETTLES = Duration.ofSeconds(1);
    private static final Duration MODULE_WAITS = Duration.ofSeconds(8);

    private final Stage stage;
    private final Keeper keeper;
    private final Consumer<Stroke> strokes;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService faults = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Stroke> done = new ArrayList<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    /**
     * A fault as it happened.
     *
     * @param atNanos of {@link System#nanoTime()}
     * @param happened false when it was passed over, and the reason is in {@code note}
     */
    public record Stroke(Fault fault, long atNanos, boolean happened, String note) {}

    /** @param strokes told of each fault the moment it has begun */
    public Hand(Stage stage, Keeper keeper, Consumer<Stroke> strokes) {
        this.stage = stage;
        this.keeper = keeper;
        this.strokes = strokes;
    }

    /** Carries out all of it, beginning now; returns when the last fault has begun. */
    public void carryOut(Schedule schedule) throws InterruptedException {
        long begunNanos = System.nanoTime();
        for (var fault : schedule.faults()) {
            long dueNanos = begunNanos + TimeUnit.MILLISECONDS.toNanos(fault.atMillis());
            TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
            faults.execute(() -> begin(fault));
        }
    }

    /** Waits for the ends of all faults, mends what can be mended, and waits until everybody serves again. */
    public void healAll() {
        faults.close();
        vendorFaults(List.of(), 0, 0);
        stage.mend();
        for (var name : stage.fleet().names()) {
            stage.fleet().process(name).thaw();
            awaitBack(name);
        }
    }

    /** What happened, in order. */
    public List<Stroke> done() {
        synchronized (done) {
            return List.copyOf(done);
        }
    }

    private void begin(Fault fault) {
        try {
            switch (fault.kind()) {
                case KILL, LOSE_STATE, TERMINATE, REGISTRY_OUTAGE -> end(fault);
                case FREEZE -> freeze(fault);
                case VENDOR_FAULTS -> {
                    vendorFaults(fault.detail(), fault.rate(), fault.atMillis());
                    struck(fault);
                    rest(fault.forMillis());
                    vendorFaults(List.of(), 0, 0);
                }
                case DISK_FULL -> fillDisk(fault);
                case CUT_FROM_KAFKA -> {
                    stage.cutFromKafka(fault.target(), passage(fault));
                    struck(fault);
                    rest(fault.forMillis());
                    stage.cutFromKafka(fault.target(), Passage.OPEN);
                }
                case CUT_FROM_VENDOR -> {
                    stage.cutFromVendor(fault.target(), passage(fault));
                    struck(fault);
                    rest(fault.forMillis());
                    stage.cutFromVendor(fault.target(), Passage.OPEN);
                }
            }
        } catch (RuntimeException e) {
            // of whatever kind: a fault that nobody hears of again would be taken for one that happened
            LOG.atError().addKeyValue("fault", fault).setCause(e).log("A fault could not be carried out");
            note(new Stroke(fault, System.nanoTime(), false, String.valueOf(e.getMessage())));
        }
    }

    private static Passage passage(Fault fault) {
        return Passage.valueOf(fault.detail().getFirst());
    }

    private void end(Fault fault) {
        var name = fault.target();
        synchronized (lockOf(name)) {
            if (!mayGo(name)) {
                note(new Stroke(fault, System.nanoTime(), false, "its neighbours were not back"));
                return;
            }
            synchronized (keeper) {
                if (keeper.isAway(name) || !stage.fleet().process(name).alive()) {
                    note(new Stroke(fault, System.nanoTime(), false, "it was not there"));
                    return;
                }
                keeper.expectAway(name);
            }
            if (fault.kind() == Fault.Kind.TERMINATE) {
                struck(fault);
                terminate(name);
            } else {
                long atNanos = System.nanoTime();
                stage.fleet().process(name).kill();
                struck(fault, atNanos);
            }
            if (fault.kind() == Fault.Kind.LOSE_STATE) {
                stage.wipeState(name);
            }
            rest(fault.forMillis());
            synchronized (keeper) {
                stage.fleet().restart(name);
                keeper.expectBack(name);
            }
        }
    }

    private void terminate(String name) {
        try {
            stage.fleet().process(name).terminate(ENDS_WITHIN);
        } catch (FleetException tooLate) {
            LOG.atWarn().addKeyValue("process", name).log("Did not end on SIGTERM, killed");
            stage.fleet().process(name).kill();
        }
    }

    private void freeze(Fault fault) {
        var name = fault.target();
        synchronized (lockOf(name)) {
            var process = stage.fleet().process(name);
            if (!mayGo(name) || keeper.isAway(name) || !process.alive()) {
                note(new Stroke(fault, System.nanoTime(), false, "it was not there, or its neighbours were not back"));
                return;
            }
            process.freeze();
            struck(fault);
            rest(fault.forMillis());
            process.thaw();
            if (isBroker(name)) {
                // others must not go before it has come back
                rest(BROKER_SETTLES.toMillis());
            }
        }
    }

    private void fillDisk(Fault fault) {
        if (!stage.fillDisk(fault.target())) {
            note(new Stroke(fault, System.nanoTime(), false, "no small disk could be mounted"));
            return;
        }
        struck(fault);
        rest(fault.forMillis());
        stage.emptyDisk(fault.target());
    }

    private boolean isBroker(String name) {
        return stage.plan().brokerNames().contains(name);
    }

    /** One lock for all processes of a kind: one at most is sent away at a time; faults of other kinds do not wait for each other. */
    private Object lockOf(String name) {
        return locks.computeIfAbsent(kind(name), _ -> new Object());
    }

    private static String kind(String name) {
        int dash = name.lastIndexOf('-');
        return dash < 0 ? name : name.substring(0, dash);
    }

    /**
     * Waits until the others of its kind serve. For a broker they must: a cluster of three promises no more. A module goes in the end even
     * when none is left.
     */
    private boolean mayGo(String name) {
        boolean broker = isBroker(name);
        long giveUpNanos = System.nanoTime() + (broker ? BROKER_WAITS : MODULE_WAITS).toNanos();
        while (!othersServe(name, broker ? BROKER_SETTLES : MODULE_SETTLES)) {
            if (System.nanoTime() - giveUpNanos > 0) {
                return !broker;
            }
            rest(100);
        }
        return true;
    }

    private boolean othersServe(String name, Duration settled) {
        return stage.fleet().names().stream()
                .filter(other -> kind(other).equals(kind(name)) && (isBroker(name) || !other.equals(name)))
                .allMatch(other -> keeper.settled(other, settled));
    }

    private void vendorFaults(List<String> failures, double rate, long seed) {
        var body = JSON.createObjectNode().put("seed", seed).put("rate", rate);
        var names = body.putArray("failures");
        failures.forEach(names::add);
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(stage.vendor().resolve("/mock/faults"))
                            .timeout(Duration.ofSeconds(5))
                            .PUT(BodyPublishers.ofString(body.toString()))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new FleetException("The vendor does not take " + body + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitBack(String name) {
        long giveUpNanos = System.nanoTime() + BACK_WITHIN.toNanos();
        while (!stage.fleet().ready(name)) {
            if (System.nanoTime() - giveUpNanos > 0) {
                throw new FleetException(name + " did not come back within " + BACK_WITHIN);
            }
            rest(50);
        }
    }

    private void struck(Fault fault) {
        struck(fault, System.nanoTime());
    }

    private void struck(Fault fault, long atNanos) {
        var stroke = new Stroke(fault, atNanos, true, "");
        LOG.atInfo().addKeyValue("fault", fault).log("Fault");
        strokes.accept(stroke);
        note(stroke);
    }

    private void note(Stroke stroke) {
        synchronized (done) {
            done.add(stroke);
        }
    }

    private static void rest(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        faults.shutdownNow();
        http.shutdownNow();
    }
}
