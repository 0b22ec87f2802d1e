package dev.millrace.ops.cli;

import dev.millrace.ops.config.Configuration;
import dev.millrace.ops.config.KafkaSection;
import dev.millrace.ops.config.RegistrySection;
import dev.millrace.ops.config.TopicsSection;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import java.util.List;
import java.util.Map;

/** The Kafka cluster and registry a command should use: the configured ones, else the running development stack's. */
record Cluster(KafkaConnection kafka, RegistryConfig registry, TopicCatalogue topics) {
    private static final int PATIENCE_MILLIS = 5_000;

    static Cluster of(Session session) {
        var configuration = session.configuration();
        return configuration.isDefault(KafkaSection.BOOTSTRAP_SERVERS)
                ? ofStack(session, configuration)
                : configured(configuration);
    }

    static Cluster configured(Configuration configuration) {
        return new Cluster(
                KafkaSection.connection(configuration),
                RegistrySection.registry(configuration),
                TopicsSection.topics(configuration));
    }

    private static Cluster ofStack(Session session, Configuration configuration) {
        var endpoints = session.endpoints(configuration);
        return new Cluster(
                KafkaConnection.plain(endpoints.kafka()),
                RegistrySection.registry(configuration, List.of(endpoints.registry())),
                TopicsSection.singleReplicaTopics(configuration));
    }

    /** Client properties for a person who waits: a cluster that does not answer within 5 s is down. */
    Map<String, Object> impatientProperties() {
        var properties = kafka.properties();
        properties.put("request.timeout.ms", PATIENCE_MILLIS);
        properties.put("default.api.timeout.ms", PATIENCE_MILLIS);
        properties.put("reconnect.backoff.max.ms", 500);
        return properties;
    }
}
