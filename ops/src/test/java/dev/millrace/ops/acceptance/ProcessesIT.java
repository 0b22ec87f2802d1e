package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.access.ApiKey;
import dev.millrace.avro.JobStatus;
import dev.millrace.ops.broker.EmbeddedBroker;
import dev.millrace.ops.broker.EmbeddedBrokerConfig;
import dev.millrace.ops.registry.EmbeddedRegistry;
import dev.millrace.ops.registry.EmbeddedRegistryConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Separate processes against one broker: two of ingress, router and worker each, and billing.
 *
 * <p>{@code -Dmillrace.acceptance.rounds=N} kills each kind N times, for a longer run.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
final class ProcessesIT {
    private static final List<String> ACCOUNTS =
            IntStream.range(0, 8).mapToObj(i -> "tenant-" + i).toList();
    private static final int JOBS_PER_ACCOUNT = 2;
    private static final int ROUNDS = Integer.getInteger("millrace.acceptance.rounds", 1);
    private static final Script STREAM = Script.paced(80, 100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration NEXT_CHUNK = Duration.ofSeconds(15);
    private static final Map<String, Object> RESTARTS = Map.of("accept_restart", true);

    /** One of each pair is enough for ingress: the other one serves the clients that lost theirs. */
    private static final List<String> VICTIMS =
            List.of("ingress-1", "router-1", "router-2", "worker-1", "worker-2", "billing-1");

    @TempDir
    private static Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, String> acceptedJobs = new HashMap<>();
    private final List<String> table = new ArrayList<>();
    private EmbeddedBroker broker;
    private EmbeddedRegistry registry;
    private ModuleFleet fleet;
    private TopicDoor topics;
    private ResultsWatch watch;
    private Map<String, ApiKey> keys;

    @BeforeAll
    void startAll() {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory.resolve("kafka"), 0));
        registry = EmbeddedRegistry.start(vertx, new EmbeddedRegistryConfig(broker.bootstrapServers(), 0));
        fleet = new ModuleFleet(broker.bootstrapServers(), URI.create(registry.url()), directory);
        keys = fleet.prepare(ACCOUNTS);
        for (var name :
                List.of("ingress-1", "ingress-2", "router-1", "router-2", "worker-1", "worker-2", "billing-1")) {
            fleet.start(name, name.substring(0, name.indexOf('-')));
        }
        fleet.awaitReady();
        topics = new TopicDoor(broker.bootstrapServers(), URI.create(registry.url()));
        watch = new ResultsWatch(topics);
    }

    @AfterAll
    void endAll() {
        watch.close();
        topics.close();
        fleet.close();
        registry.close();
        broker.close();
        vertx.close().await();
    }

    private HttpDoor door(String ingress, String account) {
        return HttpDoor.of(fleet.endpoints(ingress, Objects.requireNonNull(keys.get(account))));
    }

    @Test
    @Order(1)
    void anyReplicaResumesAStreamAtEveryEventWithTheSameText() {
        // Given
        var account = ACCOUNTS.getFirst();
        var here = door("ingress-1", account);
        var there = door("ingress-2", account);
        var whole = Script.paced(30, 5).body("whole", true, Map.of());
        String job;
        try (var stream = here.streamChat(whole)) {
            job = stream.jobId();
            stream.rest();
        }
        acceptedJobs.put(job, account);
        List<SseReader.Event> all;
        try (var events = here.events(job, Optional.empty())) {
            all = events.rest();
        }
        assertThat(all).hasSizeGreaterThan(20);
        // When, Then
        for (int cut = 0; cut < all.size() - 1; cut++) {
            try (var rest = there.events(job, Optional.of(all.get(cut).id()))) {
                assertThat(rest.rest()).as("after event %d", cut).isEqualTo(all.subList(cut + 1, all.size()));
            }
        }
    }

    @Test
    @Order(2)
    void aStreamCutInTheMiddleGoesOnLiveOnTheOtherReplica() throws Exception {
        // Given
        var account = ACCOUNTS.get(1);
        var script = Script.paced(24, 100);
        var expected = door("ingress-1", account)
                .chat(script.body("live", false, Map.of()))
                .chatText();
        // When
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = IntStream.range(0, 24)
                    .mapToObj(cut -> clients.submit(() -> readWithACut(account, script, cut)))
                    .toList();
            // Then
            for (int cut = 0; cut < readers.size(); cut++) {
                assertThat(readers.get(cut).get()).as("cut after event %d", cut).isEqualTo(expected);
            }
        }
    }

    /** Submits on one replica, reads {@code cut} events there, breaks off and reads the rest on the other. */
    private String readWithACut(String account, Script script, int cut) {
        var job = door("ingress-1", account)
                .post("/v1/jobs", script.body("live", true, Map.of()))
                .jobId();
        accept(job, account);
        var text = new StringBuilder();
        var last = Optional.<String>empty();
        try (var events = door("ingress-1", account).events(job, Optional.empty())) {
            for (int seen = 0; seen < cut; seen++) {
                var event = events.next();
                if (event == null) {
                    break;
                }
                text.append(NativeEvent.text(event));
                last = Optional.of(event.id());
            }
        }
        try (var events = door("ingress-2", account).events(job, last)) {
            events.rest().forEach(event -> text.append(NativeEvent.text(event)));
        }
        return text.toString();
    }

    private void accept(String job, String account) {
        assertThat(job).isNotEmpty();
        synchronized (acceptedJobs) {
            acceptedJobs.put(job, account);
        }
    }

    @Test
    @Order(3)
    void killingAnyProcessInMidStreamLosesNothing() throws Exception {
        // Given
        var expected = door("ingress-2", ACCOUNTS.getFirst())
                .chat(STREAM.with("gap_millis", 0).body("stream", false, Map.of()))
                .chatText();
        // When
        for (int round = 0; round < ROUNDS; round++) {
            for (var victim : VICTIMS) {
                killInMidStream(victim, expected);
            }
        }
        writeTable();
        // Then
        var history = new HistoryCheck(topics);
        var jobs = history.requireOneEndEach(Map.copyOf(acceptedJobs)).values();
        assertThat(jobs)
                .allSatisfy(job -> assertThat(job.terminal().getStatus())
                        .as(job.id() + " " + job.terminal().getError())
                        .isEqualTo(JobStatus.COMPLETED));
        history.requireMoneyAddsUp(jobs);
    }

    private void killInMidStream(String victim, String expected) throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            // the client of every job reads from the process that will die, or from one that will not
            var readers = new HashMap<String, Future<String>>();
            for (var account : ACCOUNTS) {
                for (int i = 0; i < JOBS_PER_ACCOUNT; i++) {
                    var door = door(i == 0 ? "ingress-1" : "ingress-2", account);
                    var job = door.post("/v1/jobs", STREAM.body("stream", true, RESTARTS))
                            .jobId();
                    accept(job, account);
                    readers.put(job, clients.submit(() -> readWhateverHappens(door, account, job)));
                }
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> readers.keySet().stream().allMatch(job -> watch.count(job) >= 5));
            assertThat(readers.keySet()).noneMatch(watch::ended);
            long killedNanos = System.nanoTime();
            fleet.kill(victim);
            var probes = clients.submit(() -> firstChunks(killedNanos));
            for (var reader : readers.entrySet()) {
                assertThat(reader.getValue().get())
                        .as("%s after %s was killed", reader.getKey(), victim)
                        .isEqualTo(expected);
            }
            long pauseNanos = readers.keySet().stream()
                    .mapToLong(job -> watch.untilContentNanos(job, killedNanos).orElseThrow())
                    .max()
                    .orElseThrow();
            note(victim, pauseNanos, probes.get());
        }
        fleet.restart(victim);
        fleet.awaitReady();
    }

    /** The partitions move to the new worker, the running calls stay with the old one: when it dies then, nobody else has their orders. */
    @Test
    @Order(4)
    void killingAWorkerThatGaveItsPartitionsAwayLosesNothing() throws Exception {
        // Given
        var script = Script.paced(150, 100);
        var expected = door("ingress-2", ACCOUNTS.getFirst())
                .chat(script.with("gap_millis", 0).body("stream", false, Map.of()))
                .chatText();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = new HashMap<String, Future<String>>();
            for (var account : ACCOUNTS) {
                var door = door("ingress-2", account);
                var job = door.post("/v1/jobs", script.body("stream", true, RESTARTS))
                        .jobId();
                accept(job, account);
                readers.put(job, clients.submit(() -> readWhateverHappens(door, account, job)));
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> readers.keySet().stream().allMatch(job -> watch.count(job) >= 5));
            // When
            fleet.start("worker-3", "worker");
            fleet.awaitReady();
            fleet.kill("worker-1");
            fleet.kill("worker-2");
            // Then
            for (var reader : readers.entrySet()) {
                assertThat(reader.getValue().get()).as(reader.getKey()).isEqualTo(expected);
            }
        }
        var history = new HistoryCheck(topics);
        history.requireMoneyAddsUp(
                history.requireOneEndEach(Map.copyOf(acceptedJobs)).values());
    }

    private void note(String victim, long pauseNanos, long firstNanos) {
        var line = String.format("| %s | %.2f s | %.2f s |", victim, pauseNanos / 1e9, firstNanos / 1e9);
        System.out.println("kill -9: " + line);
        table.add(line);
        assertThat(Duration.ofNanos(pauseNanos))
                .as("next chunk after the kill of %s", victim)
                .isLessThan(NEXT_CHUNK);
        assertThat(Duration.ofNanos(firstNanos))
                .as("first chunk of a new job after the kill of %s", victim)
                .isLessThan(NEXT_CHUNK);
    }

    /** Reads a job's events to the end; whenever the connection breaks, goes on where it was on the other replica. */
    private String readWhateverHappens(HttpDoor begun, String account, String job) {
        var text = new StringBuilder();
        var last = Optional.<String>empty();
        var door = begun;
        long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < giveUpNanos) {
            try (var events = door.events(job, last)) {
                for (var event = events.next(); event != null; event = events.next()) {
                    if (NativeEvent.restarted(event)) {
                        text.setLength(0);
                    }
                    text.append(NativeEvent.text(event));
                    last = Optional.of(event.id());
                    if (NativeEvent.ends(event)) {
                        assertThat(event.name())
                                .as("end of %s: %s", job, event.data())
                                .isEqualTo("completed");
                        return text.toString();
                    }
                }
            } catch (UncheckedIOException broken) {
                // the process died
            }
            door = door("ingress-2", account);
        }
        throw new AssertionError(job + " did not end; after event " + last + " had " + text);
    }

    /** Submits one short job per account on the topic at once; nanoseconds from the kill to the last first chunk. */
    private long firstChunks(long killedNanos) {
        var probes = new ArrayList<String>();
        for (var account : ACCOUNTS) {
            var job = "probe-" + UUID.randomUUID();
            topics.submit(TopicDoor.chat(Script.ECHO, "probe")
                    .setAccount(account)
                    .setJobId(job)
                    .build());
            accept(job, account);
            probes.add(job);
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> probes.stream()
                        .allMatch(
                                job -> watch.untilContentNanos(job, killedNanos).isPresent()));
        return probes.stream()
                .mapToLong(job -> watch.untilContentNanos(job, killedNanos).orElseThrow())
                .max()
                .orElseThrow();
    }

    private void writeTable() throws IOException {
        var lines = new ArrayList<String>();
        lines.add(
                "| killed | running streams: longest wait for the next chunk | new jobs: longest wait for the first chunk |");
        lines.add("|---|---|---|");
        lines.addAll(table);
        Files.write(Repository.root().resolve("ops/target/kill-times.md"), lines);
    }
}
