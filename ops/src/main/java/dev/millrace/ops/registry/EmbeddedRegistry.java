package dev.millrace.ops.registry;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry in this process, listening on 127.0.0.1, for any client of Confluent's API.
 *
 * <p>Avro only. Its state is a compacted Kafka topic that this process alone writes; an answered registration is
 * durable and seen by every later request. Safe to use from any thread.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final String HOST = "127.0.0.1";
    private static final int MAX_BODY_BYTES = 1024 * 1024;
    private static final int MAX_WAITING_REQUESTS = 1024;
    private static final int CLOSE_SECONDS = 2;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final RegistryLog log;
    private final ExecutorService registryThread;
    private final HttpServer server;

    private EmbeddedRegistry(RegistryLog log, ExecutorService registryThread, HttpServer server) {
        this.log = log;
        this.registryThread = registryThread;
        this.server = server;
    }

    /**
     * Reads the state and listens; blocks until both are done, so not to be called on an event loop.
     *
     * @param vertx lent: it stays open when the registry closes
     * @throws RegistryStartException when the topic or the port cannot be had; nothing is left running then
     */
    public static EmbeddedRegistry start(Vertx vertx, EmbeddedRegistryConfig config) {
        long startedNanos = System.nanoTime();
        var log = RegistryLog.open(config.bootstrapServers(), config.topic());
        var thread = registryThread();
        try {
            var registry = new Registry(log);
            int schemas = registry.state().contents().size();
            var started = new EmbeddedRegistry(log, thread, listen(vertx, config.port(), registry, thread));
            LOG.atInfo()
                    .addKeyValue("url", started.url())
                    .addKeyValue("schemas", schemas)
                    .addKeyValue("tookMillis", (System.nanoTime() - startedNanos) / 1_000_000)
                    .log("Schema registry serves");
            return started;
        } catch (RegistryRefusal e) {
            thread.shutdownNow();
            log.close();
            throw new RegistryStartException(
                    "The registry's topic " + config.topic() + " cannot be read (" + e.getMessage() + ").", e);
        } catch (RegistryStartException e) {
            thread.shutdownNow();
            log.close();
            throw e;
        }
    }

    private static ExecutorService registryThread() {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING_REQUESTS),
                Thread.ofPlatform().name("schema-registry").daemon().factory());
    }

    private static HttpServer listen(Vertx vertx, int port, Registry registry, ExecutorService thread) {
        var router = Router.router(vertx);
        var handlers = new RegistryHandlers(registry, thread);
        router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        RegistryRoutes.install(router, handlers);
        handlers.installErrors(router);
        var options = new HttpServerOptions().setHost(HOST).setPort(port);
        try {
            return vertx.createHttpServer(options)
                    .requestHandler(router)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new RegistryStartException(
                    "Port " + port + " on " + HOST + " cannot be had (" + e.getCause()
                            + "): stop what listens there, or choose another port (0 for a free one).",
                    e);
        }
    }

    /** Base address for clients, {@code http://127.0.0.1:port}. */
    public String url() {
        return "http://" + HOST + ":" + port();
    }

    /** The port; the real one when 0 was asked for. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        server.close().toCompletionStage().toCompletableFuture().join();
        registryThread.shutdown();
        try {
            if (!registryThread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                registryThread.shutdownNow();
            }
        } catch (InterruptedException e) {
            registryThread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
