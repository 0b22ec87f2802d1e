package dev.millrace.worker;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.file.FileLog;
import dev.millrace.results.ResultsScan;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.worker.call.CallDesk;
import dev.millrace.worker.call.CallDesk.DeskLimits;
import dev.millrace.worker.call.CallSettings;
import dev.millrace.worker.call.CancelBoard;
import dev.millrace.worker.call.FileResolver;
import dev.millrace.worker.call.LogCheck;
import dev.millrace.worker.call.Membership;
import dev.millrace.worker.call.RedeliveryCheck;
import dev.millrace.worker.intake.Intake;
import dev.millrace.worker.intake.IntakeSettings;
import dev.millrace.worker.output.DeadLetterWriter;
import dev.millrace.worker.output.RecordWriter;
import dev.millrace.worker.transport.EventLoops;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the orders of one pool and makes the calls: the assembly of everything in this module.
 *
 * <p>Three threads of its own beside the event loops: one polls and commits, one reads cancels, one beats time to notice that the process
 * stood still. When Kafka refuses a write for good the worker stops and says so in {@link #stopped}: what it had not finished is
 * not committed, and another worker runs it.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int REMEMBERED_CANCELS = 100_000;
    private static final Duration BEAT = Duration.ofMillis(100);

    private final WorkerConfig config;
    private final TopicCatalogue topics;
    private final Codecs codecs;
    private final Producer<byte[], byte[]> producer;
    private final Membership membership;
    private final CallDesk desk;
    private final LogCheck logCheck;
    private final ProviderLines lines;
    private final FileLog files;
    private final EventLoops loops;
    private final Intake intake;
    private final ControlReader control;
    private final RecordWriter writer;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final CompletableFuture<String> stopped = new CompletableFuture<>();
    private final Thread poller;
    private final Thread controller;
    private final Thread beat;

    /**
     * Builds a worker; nothing is read or written before {@link #start}.
     *
     * @param catalogue asked for each call, so that it may change while the worker runs
     * @param environment where providers' keys are looked up
     */
    public Worker(
            WorkerConfig config,
            KafkaConnection kafka,
            TopicCatalogue topics,
            Codecs codecs,
            Supplier<Catalogue> catalogue,
            Vertx vertx,
            Map<String, String> environment) {
        this.config = config;
        this.topics = topics;
        this.codecs = codecs;
        var clock = InstantSource.system();
        producer = KafkaClients.output(kafka, config);
        writer = new RecordWriter(
                producer,
                topics.results(),
                codecs.codec(topics.results()),
                topics.outcomes(),
                codecs.codec(topics.outcomes()),
                config.workerId(),
                this::fatal);
        membership = new Membership(config.fenceAfter().toMillis(), System.nanoTime());
        logCheck = new LogCheck(() -> new ResultsScan(kafka, topics.results(), codecs.codec(topics.results())));
        var redelivery = new RedeliveryCheck(
                logCheck,
                config.workerId(),
                clock,
                () -> fatal(new IllegalStateException("the results log cannot be read")));
        files = new FileLog(kafka, topics.files(), codecs.codec(topics.files()), clock);
        lines = new ProviderLines(catalogue, vertx, environment);
        loops = EventLoops.on(vertx, 2 * Runtime.getRuntime().availableProcessors());
        desk = new CallDesk(
                new DeskLimits(config.maxInFlight(), config.maxBatchInFlight()),
                new CallSettings(
                        config.workerId(),
                        writer,
                        membership,
                        config.deadlines(),
                        clock,
                        config.maxUnsentBytesPerCall(),
                        config.maxUnsentBytes()),
                loops,
                lines::line,
                lines::maxConcurrent,
                new CancelBoard(REMEMBERED_CANCELS),
                redelivery,
                new FileResolver((id, account, maxBytes) ->
                        files.read(id, account, maxBytes).orTimeout(30, TimeUnit.SECONDS)));
        intake = new Intake(
                () -> KafkaClients.orders(kafka, config),
                Orders.lanes(topics, config.pool()),
                codecs.codec(Orders.topic(topics, config.pool())),
                desk,
                new DeadLetterWriter(writer)::setAside,
                () -> membership.stale(System.nanoTime()),
                new IntakeSettings(config.maxWaiting(), 4096, config.commitInterval()));
        control = new ControlReader(
                KafkaClients.control(kafka, config),
                topics.jobControl(),
                codecs.codec(topics.jobControl()),
                desk,
                this::fatal);
        poller = thread("worker-poll", this::poll);
        controller = thread("worker-control", control);
        beat = thread("worker-beat", this::beat);
    }

    private static Thread thread(String name, Runnable task) {
        return Thread.ofPlatform().name(name).daemon(true).unstarted(task);
    }

    /**
     * Begins to take orders. Returns once the schemas of what it writes are registered; see {@link #ready}.
     *
     * @throws dev.millrace.registry.RegistryException when the registry refuses one or does not answer
     */
    public void start() {
        codecs.codec(topics.results()).register();
        codecs.codec(topics.outcomes()).register();
        LOG.atInfo()
                .addKeyValue("worker", config.workerId())
                .addKeyValue("pool", config.pool())
                .log("Worker starts");
        beat.start();
        controller.start();
        poller.start();
    }

    /** Whether the group has taken this worker in and all earlier cancels are known. */
    public boolean ready() {
        return intake.member() && control.caughtUp() && !stopped.isDone();
    }

    /** Completed, with the reason, when the worker has stopped by itself or was closed. */
    public CompletionStage<String> stopped() {
        return stopped.minimalCompletionStage();
    }

    private void beat() {
        while (!stopped.isDone()) {
            membership.tick(System.nanoTime());
            LockSupport.parkNanos(BEAT.toNanos());
        }
    }

    private void poll() {
        var reason = "closed";
        try {
            producer.partitionsFor(topics.results().name());
            producer.partitionsFor(topics.outcomes().name());
            intake.subscribe();
            while (!closing.get()) {
                if (membership.stale(System.nanoTime())) {
                    intake.rejoin();
                    membership.renewed(System.nanoTime());
                }
                intake.step();
            }
        } catch (RuntimeException e) {
            // The outermost loop: whatever it is, orders that are not done stay uncommitted.
            LOG.atError().addKeyValue("worker", config.workerId()).setCause(e).log("Worker cannot go on");
            reason = "failed: " + e;
            failed.set(true);
            membership.end();
        } finally {
            leave(reason);
        }
    }

    private void leave(String reason) {
        try {
            intake.close(failed.get() ? Duration.ZERO : config.drainTimeout());
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("worker", config.workerId()).setCause(e).log("Worker could not leave in order");
        } finally {
            stopped.complete(reason);
        }
    }

    private void fatal(Exception cause) {
        if (failed.compareAndSet(false, true)) {
            membership.end();
            closing.set(true);
            LOG.atError()
                    .addKeyValue("worker", config.workerId())
                    .setCause(cause)
                    .log("Worker stops; what it had not finished will be run by another one");
            stopped.complete("failed: " + cause);
        }
    }

    /** Stops taking orders, lets running calls end for the drain time, commits, leaves. Blocks. */
    @Override
    public void close() {
        closing.set(true);
        control.close();
        join(poller);
        join(controller);
        logCheck.close();
        files.close();
        writer.close();
        lines.close();
        loops.close();
        stopped.complete("closed");
        LOG.atInfo().addKeyValue("worker", config.workerId()).log("Worker stopped");
    }

    private static void join(Thread thread) {
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
