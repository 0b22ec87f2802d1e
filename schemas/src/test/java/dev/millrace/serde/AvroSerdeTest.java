package dev.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.avro.JobControl;
import dev.millrace.registry.FakeRegistry;
import dev.millrace.registry.FakeRegistry.Request;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryException;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
    private static final TopicCatalogue TOPICS = new TopicCatalogue(TopicSettings.DEFAULTS);

    private final FakeRegistry registry = FakeRegistry.start();
    private final RegistryClient client = new RegistryClient(registry.config());
    private final Codecs codecs = new Codecs(client);
    private final AvroSerde<JobControl> serde = codecs.serde(TOPICS.jobControl());

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    @Test
    void readsBackWhatItWrote() {
        try (var serializer = serde.serializer();
                var deserializer = serde.deserializer()) {
            var bytes = serializer.serialize("job-control", new RecordHeaders(), Samples.control());
            assertThat(deserializer.deserialize("job-control", new RecordHeaders(), bytes))
                    .isEqualTo(Samples.control());
        }
    }

    @Test
    @SuppressWarnings("NullAway") // a tombstone
    void keepsTombstones() {
        assertThat(serde.serializer().serialize("job-control", null)).isNull();
        assertThat(serde.deserializer().deserialize("job-control", (byte[]) null))
                .isNull();
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void failsOnGarbageNamingTheTopic() {
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> serde.deserializer().deserialize("job-control", new byte[] {1, 2, 3}))
                .withMessageStartingWith("job-control: not in Confluent wire format");
    }

    @Test
    void doesNotTakeASilentRegistryForGarbage() {
        var bytes = serde.serializer().serialize("job-control", Samples.control());
        try (var fresh = new RegistryClient(registry.config())) {
            var reader = new Codecs(fresh).serde(TOPICS.jobControl());
            registry.stop();
            assertThatExceptionOfType(RegistryException.Unavailable.class)
                    .isThrownBy(() -> reader.deserializer().deserialize("job-control", bytes));
        }
    }

    @Test
    void sharesOneCodecPerTopic() {
        assertThat(codecs.codec(TOPICS.jobControl())).isSameAs(codecs.codec(TOPICS.jobControl()));
    }

    @Test
    void registersEveryTopicAtTheStart() {
        // When
        codecs.registerAll(TOPICS);
        // Then
        assertThat(registry.requests())
                .extracting(Request::path)
                .containsExactlyElementsOf(TOPICS.all().stream()
                        .map(Topic::valueSubject)
                        .map(subject -> "/subjects/" + subject + "/versions")
                        .toList());
        // And nothing more is asked when a record is written
        serde.serializer().serialize("job-control", Samples.control());
        assertThat(registry.requests()).hasSameSizeAs(TOPICS.all());
    }

    @Test
    void failsAtTheStartAndNotAtTheFirstRecord() {
        registry.refuse("credit-ledger-value", "a field without default");
        assertThatExceptionOfType(RegistryException.Incompatible.class)
                .isThrownBy(() -> codecs.registerAll(TOPICS))
                .withMessageContaining("a field without default");
    }
}
