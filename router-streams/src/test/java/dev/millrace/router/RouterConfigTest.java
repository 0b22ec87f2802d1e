package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.registry.RegistryConfig;
import dev.millrace.router.admission.RequestLimits;
import dev.millrace.router.course.DeadlinePolicy;
import dev.millrace.router.course.RetryPolicy;
import dev.millrace.router.window.WindowPolicy;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RouterConfigTest {
    private static final KafkaConnection KAFKA = KafkaConnection.plain("127.0.0.1:9092");
    private static final RegistryConfig REGISTRY = RegistryConfig.of(URI.create("http://127.0.0.1:8081"));
    private static final StreamsSettings STREAMS = StreamsSettings.of(Path.of("state"));

    @Test
    void hasDefaults() {
        var config = RouterConfig.of(KAFKA, REGISTRY, TopicSettings.DEFAULTS, STREAMS);

        assertThat(config.applicationId()).isEqualTo("router-streams");
        assertThat(config.wakeEvery()).isEqualTo(Duration.ofMillis(10));
        assertThat(config.windows()).isEqualTo(new WindowPolicy(256, 64, 100_000));
        assertThat(config.retry()).isEqualTo(RetryPolicy.DEFAULTS);
        assertThat(config.deadlines()).isEqualTo(DeadlinePolicy.DEFAULTS);
        assertThat(config.limits()).isEqualTo(new RequestLimits(1_966_080, 10_000, 8));
    }

    @Test
    void namesTheSettingThatIsWrong() {
        assertThatThrownBy(() -> config(" ", Duration.ofMillis(10))).hasMessageContaining("router.application-id");
        assertThatThrownBy(() -> config("router", Duration.ZERO)).hasMessageContaining("router.wake-every");
        assertThatThrownBy(() -> new RequestLimits(10, 1, 1)).hasMessageContaining("limits.max-request-bytes");
        assertThatThrownBy(() -> new RequestLimits(Integer.MAX_VALUE, 1, 1))
                .hasMessageContaining("limits.max-request-bytes");
        assertThatThrownBy(() -> new RequestLimits(2048, 0, 1)).hasMessageContaining("limits.max-messages");
        assertThatThrownBy(() -> new RequestLimits(2048, 1, -1)).hasMessageContaining("limits.max-fallbacks");
    }

    private static RouterConfig config(String applicationId, Duration wakeEvery) {
        return new RouterConfig(
                applicationId,
                KAFKA,
                REGISTRY,
                TopicSettings.DEFAULTS,
                STREAMS,
                RequestLimits.DEFAULTS,
                WindowPolicy.DEFAULTS,
                DeadlinePolicy.DEFAULTS,
                RetryPolicy.DEFAULTS,
                wakeEvery);
    }
}
