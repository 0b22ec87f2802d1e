package dev.millrace.egress;

import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.avro.CreditBalance;
import dev.millrace.egress.access.ApiKeyAuthentication;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.consumer.ConsumerFactory;
import dev.millrace.egress.jobs.JobsApi;
import dev.millrace.egress.log.ResultsLog;
import dev.millrace.egress.responses.ResponsesApi;
import dev.millrace.egress.table.CompactedTable;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The egress module assembled: results log, keys, balances, the native reading routes and, when configured, an HTTP server of its own.
 */
public final class Egress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Egress.class);

    private final Vertx vertx;
    private final EgressConfig config;
    private final ResultsLog results;
    private final CompactedTable<ApiKeyRecord> keys;
    private final CompactedTable<CreditBalance> balances;
    private final ApiKeyAuthentication authentication;
    private final JobsApi jobsApi;
    private final ResponsesApi responsesApi;
    private volatile @Nullable HttpServer server;
    private volatile boolean ready;

    public Egress(Vertx vertx, KafkaConnection kafka, TopicCatalogue topics, Codecs codecs, EgressConfig config) {
        this(vertx, ConsumerFactory.of(kafka), topics, codecs, config, InstantSource.system());
    }

    Egress(
            Vertx vertx,
            ConsumerFactory consumers,
            TopicCatalogue topics,
            Codecs codecs,
            EgressConfig config,
            InstantSource clock) {
        this.vertx = vertx;
        this.config = config;
        this.results = new ResultsLog(vertx, consumers, topics, codecs, config.results(), clock);
        this.keys = new CompactedTable<>(consumers, topics.keys(), codecs.codec(topics.keys()));
        this.balances = new CompactedTable<>(consumers, topics.balances(), codecs.codec(topics.balances()));
        this.authentication = new ApiKeyAuthentication(keys::get, config.pepper(), clock);
        this.jobsApi = new JobsApi(vertx, results, balances::get);
        this.responsesApi = new ResponsesApi(vertx, results);
    }

    /** Starts all parts; completes when results can be followed and keys checked. Waits for the cluster as long as it takes. */
    public Future<Void> start() {
        var tables = CompletableFuture.allOf(keys.start(), balances.start());
        return Future.all(results.start(), Future.fromCompletionStage(tables, vertx.getOrCreateContext()))
                .compose(_ -> listen())
                .onSuccess(_ -> ready = true);
    }

    private Future<Void> listen() {
        var listen = config.http();
        if (listen == null) {
            return Future.succeededFuture();
        }
        var router = new ScopedRouter(Router.router(vertx), authentication);
        mountReading(router);
        return vertx.createHttpServer(
                        new HttpServerOptions().setHost(listen.host()).setPort(listen.port()))
                .requestHandler(router.sealed())
                .listen()
                .onSuccess(started -> {
                    server = started;
                    LOG.atInfo().addKeyValue("port", started.actualPort()).log("egress listens");
                })
                .mapEmpty();
    }

    /** Whether start has completed and close has not begun. */
    public boolean ready() {
        return ready;
    }

    /** Port of the server of its own; -1 without one. */
    public int port() {
        var started = server;
        return started == null ? -1 : started.actualPort();
    }

    public ResultsLog results() {
        return results;
    }

    public ApiKeyAuthentication authentication() {
        return authentication;
    }

    /** The API keys that {@link #authentication()} knows now. */
    public CompactedTable<ApiKeyRecord> keys() {
        return keys;
    }

    /** Adds the routes that read jobs to a router, this module's own or another server's. */
    public void mountReading(ScopedRouter router) {
        jobsApi.mount(router);
        responsesApi.mount(router);
    }

    /**
     * Ends every stream with an error that tells the client to resume elsewhere, then stops all parts. Blocks for at most a few seconds;
     * not on an event loop.
     */
    @Override
    public void close() {
        ready = false;
        results.close();
        keys.close();
        balances.close();
        var started = server;
        if (started != null) {
            started.shutdown(2, TimeUnit.SECONDS).await();
        }
    }
}
