package dev.millrace.ingress.http;

import dev.millrace.ingress.IngressConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The HTTP server: one listener per event loop on one port. */
public final class FrontDoor {
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final HttpParts parts;
    private final IngressConfig config;
    private final OpenAnswers open;
    private final BodyBudget budget;
    private final AtomicInteger port = new AtomicInteger(-1);
    private final List<String> deployments = new ArrayList<>();

    public FrontDoor(Vertx vertx, HttpParts parts, IngressConfig config) {
        this.vertx = vertx;
        this.parts = parts;
        this.config = config;
        this.budget = new BodyBudget(config.http().maxBodiesBytes());
        this.open = new OpenAnswers(config.maxOpenAnswers(), parts.meters());
    }

    /** Listens; fails when the address is taken. */
    public Future<Void> open() {
        return deploy(config.eventLoops(), address(config));
    }

    /** Listeners share a port when they ask for the same address; a free one needs a name for that. */
    private static SocketAddress address(IngressConfig config) {
        return config.port() == 0
                ? SocketAddress.sharedRandomPort(FREE_PORTS.incrementAndGet(), config.host())
                : SocketAddress.inetSocketAddress(config.port(), config.host());
    }

    /** Port in use; -1 before the server listens. */
    public int port() {
        return port.get();
    }

    /**
     * Stops accepting, lets requests in progress end within the configured time, then cuts what is left. A cut stream can be resumed
     * elsewhere.
     */
    public Future<Void> close() {
        return Future.join(deployments.stream().map(vertx::undeploy).toList()).mapEmpty();
    }

    private Future<Void> deploy(int instances, SocketAddress address) {
        return vertx.deployVerticle(() -> new Listener(address), new DeploymentOptions().setInstances(instances))
                .map(deployment -> {
                    deployments.add(deployment);
                    return null;
                });
    }

    private static HttpServerOptions options(IngressConfig config) {
        var limits = config.http();
        return new HttpServerOptions()
                .setUseAlpn(false)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setAcceptBacklog(1024)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(limits.idleTimeout().toMillis()))
                .setMaxInitialLineLength(limits.maxUriChars())
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setDecompressionSupported(false)
                .setCompressionSupported(false);
    }

    /** One event loop's listener. */
    private final class Listener extends VerticleBase {
        private final SocketAddress address;
        private @Nullable HttpServer server;

        Listener(SocketAddress address) {
            this.address = address;
        }

        @Override
        public Future<?> start() {
            var router = Routes.build(vertx, parts, open, budget, config);
            var guard = new ConnectionGuard(vertx, config.http());
            var listening = vertx.createHttpServer(options(config))
                    .connectionHandler(guard::onConnection)
                    .invalidRequestHandler(new InvalidRequests(config.http()))
                    .requestHandler(request -> {
                        guard.onRequest(request);
                        router.handle(request);
                    });
            server = listening;
            return listening.listen(address).onSuccess(ready -> port.set(ready.actualPort()));
        }

        @Override
        public Future<?> stop() {
            return server == null ? Future.succeededFuture() : server.shutdown(config.closeTimeout());
        }
    }
}
