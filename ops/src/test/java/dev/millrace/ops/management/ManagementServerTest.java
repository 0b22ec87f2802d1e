package dev.millrace.ops.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
    private final AtomicBoolean routerReady = new AtomicBoolean();
    private final Health health = new Health();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private ManagementServer server;

    @BeforeEach
    void start() throws BindException {
        health.component("router", routerReady::get);
        health.component("worker", () -> true);
        server = ManagementServer.start(vertx, "127.0.0.1", 0, health, MeterRegistries.create());
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        http.close();
    }

    @Test
    void isReadyOnlyWhenEveryComponentIs() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body())
                .isEqualTo("{\"ready\":false,\"components\":{\"router\":false,\"worker\":true}}\n");

        routerReady.set(true);

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void livesUntilAFault() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);

        health.fail("the broker died");

        assertThat(get("/livez").statusCode()).isEqualTo(503);
        assertThat(get("/livez").body()).contains("the broker died");
    }

    @Test
    void countsTheVirtualMachineInPrometheusText() throws Exception {
        var metrics = get("/metrics");

        assertThat(metrics.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(metrics.body()).contains("jvm_memory_used_bytes").contains("process_uptime_seconds");
    }

    @Test
    void refusesOtherPathsAndMethods() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        var post = HttpRequest.newBuilder(server.uri().resolve("/livez"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @Test
    void saysThatAPortIsTaken() {
        assertThatThrownBy(() -> ManagementServer.start(
                        vertx, "127.0.0.1", server.uri().getPort(), health, MeterRegistries.create()))
                .isInstanceOf(BindException.class);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(server.uri().resolve(path)).build(), BodyHandlers.ofString());
    }
}
