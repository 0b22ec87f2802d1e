package dev.millrace.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.registry.RegistryConfig;
import dev.millrace.streams.ProcessingGuarantee;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BillingConfigTest {
    private static final KafkaConnection KAFKA = KafkaConnection.plain("127.0.0.1:9092");
    private static final RegistryConfig REGISTRY = RegistryConfig.of(URI.create("http://127.0.0.1:8081"));
    private static final StreamsSettings STREAMS = StreamsSettings.of(Path.of("state"));

    @Test
    void hasDefaults() {
        var config = BillingConfig.of(KAFKA, REGISTRY, TopicSettings.DEFAULTS, STREAMS);

        assertThat(config.applicationId()).isEqualTo("billing-streams");
        assertThat(config.keepSettlements()).isEqualTo(Duration.ofDays(35));
        assertThat(config.forgetEvery()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void refusesToCountMoneyAtLeastOnce() {
        var streams = STREAMS.withGuarantee(ProcessingGuarantee.AT_LEAST_ONCE);

        assertThatThrownBy(() -> BillingConfig.of(KAFKA, REGISTRY, TopicSettings.DEFAULTS, streams))
                .hasMessageContaining("billing.streams.guarantee");
    }

    @Test
    void refusesToForgetBeforeTheTopicDoes() {
        assertThatThrownBy(() -> new BillingConfig(
                        "billing",
                        KAFKA,
                        REGISTRY,
                        TopicSettings.DEFAULTS,
                        STREAMS,
                        Duration.ofDays(29),
                        BillingConfig.FORGET_EVERY))
                .hasMessageContaining("billing.keep-settlements");
    }
}
