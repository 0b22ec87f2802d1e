package dev.millrace.worker.transport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A vendor on loopback that does whatever a test tells it to. */
final class Misbehaving implements AutoCloseable {
    final CountDownLatch connectionClosed = new CountDownLatch(1);
    final AtomicInteger requests = new AtomicInteger();
    final CompletableFuture<Headers> seen = new CompletableFuture<>();
    private @Nullable HttpServer http;
    private @Nullable NetServer raw;
    private int port;

    /** What a request carried. */
    record Headers(String uri, @Nullable String authorization, String body) {}

    private Misbehaving() {}

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An HTTP server; the handler gets each request after its body. */
    static Misbehaving http(Vertx vertx, HttpServerOptions options, BiConsumer<HttpServerRequest, Buffer> handler) {
        var vendor = new Misbehaving();
        var server = vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0));
        server.connectionHandler(connection -> connection.closeHandler(_ -> vendor.connectionClosed.countDown()));
        server.requestHandler(request -> request.bodyHandler(body -> {
            vendor.requests.incrementAndGet();
            vendor.seen.complete(new Headers(request.uri(), request.getHeader("authorization"), body.toString()));
            handler.accept(request, body);
        }));
        vendor.http = await(server.listen());
        vendor.port = server.actualPort();
        return vendor;
    }

    static Misbehaving http(Vertx vertx, BiConsumer<HttpServerRequest, Buffer> handler) {
        return http(vertx, new HttpServerOptions(), handler);
    }

    /** A socket that need not speak HTTP; the handler gets it when the first bytes have come. */
    static Misbehaving raw(Vertx vertx, Consumer<NetSocket> handler) {
        var vendor = new Misbehaving();
        var server = vertx.createNetServer();
        server.connectHandler(socket -> {
            socket.closeHandler(_ -> vendor.connectionClosed.countDown());
            socket.handler(_ -> {
                if (vendor.requests.incrementAndGet() == 1) {
                    handler.accept(socket);
                }
            });
        });
        vendor.raw = await(server.listen(0, "127.0.0.1"));
        vendor.port = server.actualPort();
        return vendor;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port + "/v1");
    }

    URI url(String scheme, String host) {
        return URI.create(scheme + "://" + host + ":" + port + "/v1");
    }

    @Override
    public void close() {
        if (http != null) {
            await(http.close());
        }
        if (raw != null) {
            await(raw.close());
        }
    }
}
