package dev.millrace.ops.schemas;

import dev.millrace.ops.broker.EmbeddedBroker;
import dev.millrace.ops.broker.EmbeddedBrokerConfig;
import dev.millrace.ops.registry.EmbeddedRegistry;
import dev.millrace.ops.registry.EmbeddedRegistryConfig;
import dev.millrace.topic.KafkaConnection;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;

/** A broker and a registry on it, for one test class. */
final class Cluster implements AutoCloseable {
    private final EmbeddedBroker broker;
    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedRegistry registry;

    Cluster(Path directory) {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, 0));
        registry = EmbeddedRegistry.start(vertx, new EmbeddedRegistryConfig(broker.bootstrapServers(), 0));
    }

    KafkaConnection kafka() {
        return KafkaConnection.plain(broker.bootstrapServers());
    }

    URI registry() {
        return URI.create(registry.url());
    }

    @Override
    public void close() {
        registry.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        broker.close();
    }
}
