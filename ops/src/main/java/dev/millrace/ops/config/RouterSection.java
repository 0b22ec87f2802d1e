package dev.millrace.ops.config;

import dev.millrace.registry.RegistryConfig;
import dev.millrace.router.RouterConfig;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code router}: admission, dispatch, retries. */
public final class RouterSection {
    /** The cluster is given when the record is made. */
    static final KafkaConnection ANY_CLUSTER = KafkaConnection.plain("127.0.0.1:9092");

    static final RegistryConfig ANY_REGISTRY = RegistryConfig.of(URI.create("http://127.0.0.1:8081"));

    static final RecordSection<RouterConfig> RECORD = RecordSection.of(
            "router",
            RouterConfig.of(
                    ANY_CLUSTER,
                    ANY_REGISTRY,
                    TopicSettings.DEFAULTS,
                    StreamsSettings.of(Path.of(".millrace-state", "router"))),
            "kafka",
            "registry",
            "topics");

    static final List<Setting<?>> ALL = RECORD.settings();

    private RouterSection() {}

    public static RouterConfig router(
            Configuration configuration, KafkaConnection kafka, RegistryConfig registry, TopicSettings topics) {
        return RECORD.bind(configuration, Map.of("kafka", kafka, "registry", registry, "topics", topics));
    }
}
