package dev.millrace.ops.stack;

import dev.millrace.ops.management.Health;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.util.Map;

/**
 * What every module of a process stands on.
 *
 * @param environment where vendors' keys are looked up
 */
record Foundation(
        Vertx vertx,
        KafkaConnection kafka,
        TopicCatalogue topics,
        RegistryConfig registry,
        Codecs codecs,
        LiveCatalogue catalogue,
        PrometheusMeterRegistry meters,
        Health health,
        Map<String, String> environment) {}
