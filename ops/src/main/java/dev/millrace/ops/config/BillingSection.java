package dev.millrace.ops.config;

import dev.millrace.billing.BillingConfig;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code billing}: the ledger. */
public final class BillingSection {
    static final RecordSection<BillingConfig> RECORD = RecordSection.of(
            "billing",
            BillingConfig.of(
                    RouterSection.ANY_CLUSTER,
                    RouterSection.ANY_REGISTRY,
                    TopicSettings.DEFAULTS,
                    StreamsSettings.of(Path.of(".millrace-state", "billing"))),
            "kafka",
            "registry",
            "topics");

    static final List<Setting<?>> ALL = RECORD.settings();

    private BillingSection() {}

    public static BillingConfig billing(
            Configuration configuration, KafkaConnection kafka, RegistryConfig registry, TopicSettings topics) {
        return RECORD.bind(configuration, Map.of("kafka", kafka, "registry", registry, "topics", topics));
    }
}
