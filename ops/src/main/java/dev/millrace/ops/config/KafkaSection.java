package dev.millrace.ops.config;

import dev.millrace.topic.KafkaConnection;
import java.util.List;
import java.util.Map;

/** {@code kafka}: the cluster. */
public final class KafkaSection {
    public static final Setting<String> BOOTSTRAP_SERVERS = new Setting<>(
            "kafka.bootstrap-servers",
            ValueTypes.text(),
            "127.0.0.1:9092",
            "Brokers to begin with, `host:port,host:port`. `up` ignores it: it brings its own broker.");
    public static final Setting<Map<String, String>> PROPERTIES = new Setting<>(
            "kafka.properties",
            CompoundTypes.secretMap(),
            Map.of(),
            "Further properties of every Kafka client, such as `security.protocol` and `sasl.jaas.config`.");

    static final List<Setting<?>> ALL = List.of(BOOTSTRAP_SERVERS, PROPERTIES);

    private KafkaSection() {}

    /** The cluster of the configuration. */
    public static KafkaConnection connection(Configuration configuration) {
        return new KafkaConnection(configuration.get(BOOTSTRAP_SERVERS), configuration.get(PROPERTIES));
    }
}
