package dev.millrace.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.broker.EmbeddedBroker;
import dev.millrace.ops.broker.EmbeddedBrokerConfig;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class RegistryOutageIT {
    @TempDir
    Path directory;

    @Test
    void refusesWritesWhileItsLogIsAwayAndAgreesWithTheLogAfterwards() {
        var vertx = Vertx.vertx();
        var broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, 0));
        int port = broker.port();
        try (var registry = EmbeddedRegistry.start(vertx, new EmbeddedRegistryConfig(broker.bootstrapServers(), 0));
                var http = new RegistryFixture(registry.url())) {
            // Given
            assertThat(http.register("s", "\"string\"").status()).isEqualTo(200);
            // When
            broker.close();
            assertThat(http.get("/schemas/ids/1").status())
                    .as("reads need no log")
                    .isEqualTo(200);
            var refused = http.register("s2", "\"int\"");
            // Then
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.errorCode()).isEqualTo(50001);
            // And when the log is back
            broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, port));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(http.register("s3", "\"long\"").status()).isEqualTo(200));
            assertThat(http.register("s", "\"string\"").body().path("id").asInt())
                    .isEqualTo(1);
            assertThat(http.get("/schemas/ids/1/subjects").body().toString()).isEqualTo("[\"s\"]");
        } finally {
            broker.close();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
