package dev.millrace.topic;

import java.util.HashMap;
import java.util.Map;

/**
 * How to reach the cluster.
 *
 * @param bootstrapServers {@code host:port,...}
 * @param clientProperties further client properties (security), from the operator only, never from a tenant
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> clientProperties) {
    public KafkaConnection {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("kafka.bootstrap-servers: must not be empty");
        }
        clientProperties = Map.copyOf(clientProperties);
    }

    /** A connection without security, for loopback. */
    public static KafkaConnection plain(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, Map.of());
    }

    /** A new mutable map with what every client needs. */
    public Map<String, Object> properties() {
        var properties = new HashMap<String, Object>(clientProperties);
        properties.put("bootstrap.servers", bootstrapServers);
        return properties;
    }

    @Override
    public String toString() {
        return "KafkaConnection[" + bootstrapServers + ", " + clientProperties.keySet() + "]";
    }
}
