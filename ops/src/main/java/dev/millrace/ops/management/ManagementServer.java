package dev.millrace.ops.management;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Answers {@code /livez}, {@code /readyz} and {@code /metrics}. Without authentication: the port is for the operator's network only.
 */
public final class ManagementServer implements AutoCloseable {
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx;
    private final String host;
    private final Health health;
    private final PrometheusMeterRegistry meters;
    private final HttpServer server;

    private ManagementServer(Vertx vertx, String host, Health health, PrometheusMeterRegistry meters) {
        this.vertx = vertx;
        this.host = host;
        this.health = health;
        this.meters = meters;
        this.server = vertx.createHttpServer().requestHandler(this::handle);
    }

    /**
     * Listens; blocks until it does.
     *
     * @param vertx lent
     * @param port 0 takes a free one
     * @throws BindException when the port cannot be had
     */
    public static ManagementServer start(
            Vertx vertx, String host, int port, Health health, PrometheusMeterRegistry meters) throws BindException {
        var management = new ManagementServer(vertx, host, health, meters);
        try {
            management
                    .server
                    .listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw (BindException) new BindException("port " + port + " on " + host + ": " + e.getCause()).initCause(e);
        }
        return management;
    }

    public URI uri() {
        return URI.create("http://" + host + ":" + server.actualPort());
    }

    private void handle(HttpServerRequest request) {
        if (!READING.contains(request.method())) {
            request.response()
                    .setStatusCode(405)
                    .putHeader("Allow", "GET, HEAD")
                    .end();
            return;
        }
        switch (request.path()) {
            case "/livez" -> live(request);
            case "/readyz" -> ready(request);
            case "/metrics" -> metrics(request);
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void live(HttpServerRequest request) {
        var body = JSON.createObjectNode().put("live", health.fault().isEmpty());
        health.fault().ifPresent(reason -> body.put("fault", reason));
        answer(request, health.fault().isEmpty(), body.toString());
    }

    private void ready(HttpServerRequest request) {
        var states = health.states();
        boolean ready = health.ready();
        var body = JSON.createObjectNode().put("ready", ready);
        var components = body.putObject("components");
        states.forEach(components::put);
        answer(request, ready, body.toString());
    }

    private static void answer(HttpServerRequest request, boolean good, String body) {
        request.response()
                .setStatusCode(good ? 200 : 503)
                .putHeader("Content-Type", "application/json")
                .end(body + "\n");
    }

    /** A scrape walks all meters and may take a while: not on the event loop. */
    private void metrics(HttpServerRequest request) {
        var response = request.response().putHeader("Content-Type", TEXT_FORMAT);
        vertx.executeBlocking(() -> meters.scrape(TEXT_FORMAT), false)
                .onSuccess(response::end)
                .onFailure(failure -> response.setStatusCode(500).end());
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
