package dev.millrace.ops.broker;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where an embedded broker keeps its data and listens.
 *
 * @param dataDirectory made when missing; its content is kept from one run to the next
 * @param port loopback port for clients, 0 to 65535; 0 takes a free one
 * @param overrides Kafka broker settings that replace those of {@link BrokerSettings}, for experiments
 */
public record EmbeddedBrokerConfig(Path dataDirectory, int port, Map<String, String> overrides) {
    public EmbeddedBrokerConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("kafka port: 0..65535, got " + port);
        }
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        overrides = Map.copyOf(overrides);
    }

    public EmbeddedBrokerConfig(Path dataDirectory, int port) {
        this(dataDirectory, port, Map.of());
    }
}
