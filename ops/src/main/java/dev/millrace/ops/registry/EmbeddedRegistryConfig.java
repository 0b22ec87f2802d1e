package dev.millrace.ops.registry;

/**
 * Where an embedded registry listens and keeps its state.
 *
 * @param bootstrapServers Kafka cluster of the state topic
 * @param port loopback port, 0 to 65535; 0 takes a free one
 * @param topic compacted topic with one partition; made when missing; default {@code _schemas}
 */
public record EmbeddedRegistryConfig(String bootstrapServers, int port, String topic) {
    public static final String DEFAULT_TOPIC = "_schemas";

    public EmbeddedRegistryConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("registry port: 0..65535, got " + port);
        }
    }

    public EmbeddedRegistryConfig(String bootstrapServers, int port) {
        this(bootstrapServers, port, DEFAULT_TOPIC);
    }
}
