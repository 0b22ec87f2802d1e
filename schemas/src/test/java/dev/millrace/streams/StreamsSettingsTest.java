package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streams.StreamsSettings.GroupProtocol;
import dev.millrace.topic.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {
    private static final StreamsSettings DEFAULTS = StreamsSettings.of(Path.of("state"));

    @Test
    void hasDefaults() {
        assertThat(DEFAULTS)
                .isEqualTo(new StreamsSettings(
                        Path.of("state"),
                        null,
                        1,
                        ProcessingGuarantee.EXACTLY_ONCE,
                        GroupProtocol.CLASSIC,
                        0,
                        Duration.ofMillis(500),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(6),
                        128L << 20));
    }

    @Test
    void avoidsTheDefaultsThatCostTime() {
        var properties = properties(DEFAULTS);

        assertThat(properties)
                .containsEntry("producer.linger.ms", 0)
                .containsEntry("producer.batch.size", 65_536)
                .containsEntry("poll.ms", 50L)
                .containsEntry("commit.interval.ms", 500L)
                .containsEntry("statestore.cache.max.bytes", 32L << 20)
                .containsEntry("producer.transaction.timeout.ms", 6000)
                .containsEntry("main.consumer.session.timeout.ms", 3000)
                .containsEntry("main.consumer.heartbeat.interval.ms", 750)
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("ensure.explicit.internal.resource.naming", true)
                .containsEntry("rocksdb.config.setter", SharedRocksDbMemory.class);
    }

    @Test
    void isAConfigurationThatStreamsAccepts() {
        for (var guarantee : ProcessingGuarantee.values()) {
            var config = new StreamsConfig(
                    properties(DEFAULTS.withGuarantee(guarantee).withInstanceId("router-1")));

            assertThat(config.getMainConsumerConfigs("group", "client", 1))
                    .containsEntry("group.instance.id", "router-1-1")
                    .containsEntry("session.timeout.ms", 3000);
        }
    }

    @Test
    void hasNoTransactionsWhenTheyAreNotAskedFor() {
        assertThat(properties(DEFAULTS.withGuarantee(ProcessingGuarantee.AT_LEAST_ONCE)))
                .containsEntry("processing.guarantee", "at_least_once")
                .doesNotContainKey("producer.transaction.timeout.ms");
    }

    @Test
    void hasNoStaticMembersUnderTheStreamsProtocol() {
        var properties = properties(new StreamsSettings(
                Path.of("state"),
                "router-1",
                1,
                ProcessingGuarantee.EXACTLY_ONCE,
                GroupProtocol.STREAMS,
                0,
                Duration.ofMillis(100),
                Duration.ofMillis(10),
                Duration.ofSeconds(6),
                Duration.ofSeconds(6),
                128L << 20));

        assertThat(properties)
                .containsEntry("group.protocol", "streams")
                .doesNotContainKey("main.consumer.group.instance.id")
                .doesNotContainKey("main.consumer.session.timeout.ms");
    }

    @Test
    void namesTheSettingThatIsWrong() {
        assertThatThrownBy(() -> DEFAULTS.withInstanceId("a b")).hasMessageContaining("streams.instance-id");
        assertThatThrownBy(() -> with(0, Duration.ofMillis(100), 128L << 20)).hasMessageContaining("streams.threads");
        assertThatThrownBy(() -> with(1, Duration.ZERO, 128L << 20)).hasMessageContaining("streams.commit-interval");
        assertThatThrownBy(() -> with(1, Duration.ofMillis(100), 1)).hasMessageContaining("streams.rocks-db-bytes");
    }

    private static StreamsSettings with(int threads, Duration commitInterval, long rocksDbBytes) {
        return new StreamsSettings(
                Path.of("state"),
                null,
                threads,
                ProcessingGuarantee.EXACTLY_ONCE,
                GroupProtocol.CLASSIC,
                0,
                commitInterval,
                Duration.ofMillis(10),
                Duration.ofSeconds(6),
                Duration.ofSeconds(6),
                rocksDbBytes);
    }

    private static Properties properties(StreamsSettings settings) {
        return settings.properties("router-streams", KafkaConnection.plain("127.0.0.1:9092"), (short) 1);
    }
}
