package dev.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Seeds;
import dev.millrace.registry.FakeRegistry;
import dev.millrace.registry.RegistryClient;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever another program can write with a topic's schema, the codec reads, and writes again so that the other program reads it. */
class ForeignWriterPropertyTest {
    private static final FakeRegistry REGISTRY = FakeRegistry.start();
    private static final RegistryClient CLIENT = new RegistryClient(REGISTRY.config());
    private static final Codecs CODECS = new Codecs(CLIENT);

    @AfterAll
    static void close() {
        CLIENT.close();
        REGISTRY.close();
    }

    static LongStream seeds() {
        return Seeds.fresh(50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void readsAndWritesAnyValueOfEveryTopic(long seed) throws IOException {
        for (var topic : new TopicCatalogue(TopicSettings.DEFAULTS).all()) {
            check(topic, seed);
        }
    }

    private static <T extends SpecificRecord> void check(Topic<T> topic, long seed) throws IOException {
        // Given
        var schema = topic.valueSchema();
        var value = new RandomData(schema, 1, seed).iterator().next();
        var bytes = write(schema, value);
        // When
        var decoded = CODECS.codec(topic).decode(bytes);
        // Then
        assertThat(decoded).as(topic.name()).isInstanceOf(Value.class);
        if (decoded instanceof Value<T>(var read)) {
            var again = CODECS.codec(topic).encode(read);
            assertThat(read(schema, again).equals(read(schema, bytes)))
                    .as(topic.name())
                    .isTrue();
        }
    }

    private static byte[] write(Schema schema, Object value) throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5)
                .put((byte) 0)
                .putInt(REGISTRY.put(schema.toString()))
                .array());
        var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(value, encoder);
        return out.toByteArray();
    }

    private static Object read(Schema schema, byte[] bytes) throws IOException {
        var payload = Arrays.copyOfRange(bytes, 5, bytes.length);
        return new GenericDatumReader<>(schema).read(null, DecoderFactory.get().binaryDecoder(payload, null));
    }
}
