package dev.millrace.ops.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where an embedded broker keeps its data and listens.
 *
 * @param dataDirectory made when missing; its content is kept from one run to the next
 * @param port loopback port for clients, 0 to 65535; 0 takes a free one
 * @param place its node and the cluster's voters; {@link ClusterPlace#ALONE} for a cluster of one
 * @param listeners further listeners for clients
 * @param overrides Kafka broker settings that replace those of {@link BrokerSettings}, for experiments
 */
public record EmbeddedBrokerConfig(
        Path dataDirectory,
        int port,
        ClusterPlace place,
        List<AdvertisedListener> listeners,
        Map<String, String> overrides) {
    public EmbeddedBrokerConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("kafka port: 0..65535, got " + port);
        }
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        listeners = List.copyOf(listeners);
        overrides = Map.copyOf(overrides);
    }

    /** A cluster of one broker. */
    public EmbeddedBrokerConfig(Path dataDirectory, int port, Map<String, String> overrides) {
        this(dataDirectory, port, ClusterPlace.ALONE, List.of(), overrides);
    }

    /** A cluster of one broker. */
    public EmbeddedBrokerConfig(Path dataDirectory, int port) {
        this(dataDirectory, port, Map.of());
    }
}
