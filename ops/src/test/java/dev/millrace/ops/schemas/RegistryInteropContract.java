package dev.millrace.ops.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.avro.JobControl;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.serde.Codecs;
import dev.millrace.serde.Samples;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the registry client and the codecs need of any registry. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RegistryInteropContract {
    private final TopicCatalogue topics = new TopicCatalogue(TopicSettings.DEFAULTS);
    private URI registry;
    private RegistryClient client;

    /**
     * Starts an empty registry whose default is BACKWARD compatibility.
     *
     * @return its address
     */
    abstract URI startRegistry(Path directory);

    abstract void stopRegistry();

    @BeforeAll
    void start(@TempDir Path directory) {
        registry = startRegistry(directory);
        client = new RegistryClient(config(registry, true));
    }

    @AfterAll
    void stop() {
        client.close();
        stopRegistry();
    }

    private static RegistryConfig config(URI registry, boolean autoRegister) {
        return new RegistryConfig(List.of(registry), null, Duration.ofSeconds(10), 3, autoRegister);
    }

    @Test
    void holdsTheSchemasOfAllTopics() {
        new Codecs(client).registerAll(topics);
        try (var reader = new RegistryClient(config(registry, false))) {
            for (var topic : topics.all()) {
                int id = reader.id(topic.valueSubject(), topic.valueSchema());
                assertThat(reader.schema(id)).as(topic.name()).isEqualTo(topic.valueSchema());
                assertThat(reader.isCompatible(topic.valueSubject(), topic.valueSchema()))
                        .isTrue();
            }
        }
    }

    @Test
    void letsAnotherProcessReadWhatThisOneWrote() {
        var request = new Codecs(client).codec(topics.requests()).encode(Samples.request());
        var result = new Codecs(client).codec(topics.results()).encode(Samples.result());
        try (var reader = new RegistryClient(config(registry, true))) {
            assertThat(new Codecs(reader).codec(topics.requests()).decode(request))
                    .isEqualTo(new Value<>(Samples.request()));
            assertThat(new Codecs(reader).codec(topics.results()).decode(result))
                    .isEqualTo(new Value<>(Samples.result()));
        }
    }

    @Test
    void servesWritersOfANewerSchema() throws IOException {
        // Given
        var topic = topics.jobControl();
        client.id(topic.valueSubject(), topic.valueSchema());
        var newer = new Schema.Parser()
                .parse(topic.valueSchema()
                        .toString()
                        .replace(
                                "{\"name\":\"createdAtMillis\"",
                                "{\"name\":\"urgency\",\"type\":\"int\",\"default\":0},{\"name\":\"createdAtMillis\""));
        assertThat(newer).isNotEqualTo(topic.valueSchema());
        assertThat(client.isCompatible(topic.valueSubject(), newer)).isTrue();
        // When
        int id = client.id(topic.valueSubject(), newer);
        // Then
        try (var reader = new RegistryClient(config(registry, true))) {
            var codec = new AvroCodec<>(reader, topic);
            assertThat(codec.decode(urgentCancel(newer, id)))
                    .isInstanceOfSatisfying(
                            Value.class,
                            value -> assertThat(((JobControl) value.value()).getReason())
                                    .isEqualTo("now"));
        }
    }

    private static byte[] urgentCancel(Schema schema, int id) throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        var symbol = new GenericData.EnumSymbol(schema.getField("command").schema(), "CANCEL");
        var record = new GenericRecordBuilder(schema)
                .set("jobId", "a")
                .set("account", "b")
                .set("command", symbol)
                .set("reason", "now")
                .set("urgency", 9)
                .set("createdAtMillis", 1L)
                .build();
        new GenericDatumWriter<>(schema).write(record, EncoderFactory.get().directBinaryEncoder(out, null));
        return out.toByteArray();
    }

    @Test
    void refusesASchemaThatBreaksReaders() {
        // Given
        var first = new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Thing\",\"fields\":[]}");
        var second = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Thing\",\"fields\":[{\"name\":\"must\",\"type\":\"string\"}]}");
        assertThat(client.isCompatible("broken-things-value", second))
                .as("an unknown subject")
                .isTrue();
        client.id("broken-things-value", first);
        // Then
        assertThat(client.isCompatible("broken-things-value", second)).isFalse();
        assertThatExceptionOfType(RegistryException.Incompatible.class)
                .isThrownBy(() -> client.id("broken-things-value", second))
                .withMessageContaining("409");
    }

    @Test
    void tellsAnUnknownIdFromAWrongAddress() {
        // Given
        var bytes = new AvroCodec<>(client, topics.jobControl()).encode(Samples.control());
        ByteBuffer.wrap(bytes).putInt(1, 987_654);
        // Then
        assertThat(new AvroCodec<>(client, topics.jobControl()).decode(bytes)).isInstanceOf(Undecodable.class);
        assertThatExceptionOfType(RegistryException.NotFound.class).isThrownBy(() -> client.schema(987_654));
        try (var lost = new RegistryClient(config(URI.create(registry + "/not/there"), true))) {
            assertThatExceptionOfType(RegistryException.Unavailable.class)
                    .isThrownBy(() -> new AvroCodec<>(lost, topics.jobControl()).decode(bytes));
        }
    }

    @Test
    void onlyLooksUpWhenAskedTo() {
        try (var reader = new RegistryClient(config(registry, false))) {
            var unknown = new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Unknown\",\"fields\":[]}");
            assertThatExceptionOfType(RegistryException.NotFound.class)
                    .isThrownBy(() -> reader.id("never-seen-value", unknown));
            client.id("seen-value", new Schema.Parser().parse("\"string\""));
            assertThatExceptionOfType(RegistryException.NotFound.class)
                    .isThrownBy(() -> reader.id("seen-value", unknown));
        }
    }
}
