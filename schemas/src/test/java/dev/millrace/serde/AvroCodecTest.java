package dev.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobCommand;
import dev.millrace.avro.JobControl;
import dev.millrace.registry.FakeRegistry;
import dev.millrace.registry.FakeRegistry.Status;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AvroCodecTest {
    private static final TopicCatalogue TOPICS = new TopicCatalogue(TopicSettings.DEFAULTS);

    private final FakeRegistry registry = FakeRegistry.start();
    private final RegistryClient client = new RegistryClient(registry.config());
    private final AvroCodec<JobControl> controls = new AvroCodec<>(client, TOPICS.jobControl());
    private final AvroCodec<InferenceRequest> requests = new AvroCodec<>(client, TOPICS.requests());
    private final AvroCodec<InferenceResult> results = new AvroCodec<>(client, TOPICS.results());

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    /** A record of the topic job-control as a writer with another schema would define it. */
    private static String controlSchema(String command, String furtherFields) {
        return """
                {"type": "record", "name": "JobControl", "namespace": "dev.millrace.avro", "fields": [
                  {"name": "jobId", "type": "string"},
                  {"name": "account", "type": "string"},
                  {"name": "command", "type": {"type": "enum", "name": "JobCommand", "symbols": [%s]}},
                  {"name": "createdAtMillis", "type": "long"}%s]}
                """.formatted(command, furtherFields);
    }

    /** The record in wire format, as another program with another schema writes it. */
    private byte[] foreign(String schemaText, UnaryOperator<GenericRecordBuilder> fields) {
        var schema = new Schema.Parser().parse(schemaText);
        var symbol = new GenericData.EnumSymbol(schema.getField("command").schema(), "CANCEL");
        var builder = new GenericRecordBuilder(schema)
                .set("jobId", "a")
                .set("account", "b")
                .set("command", symbol)
                .set("createdAtMillis", 1L);
        var out = new ByteArrayOutputStream();
        out.writeBytes(header(registry.put(schemaText)));
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            new GenericDatumWriter<>(schema).write(fields.apply(builder).build(), encoder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static byte[] header(int id) {
        return ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
    }

    @Test
    void writesConfluentWireFormatByteForByte() {
        // Given
        for (int i = 1; i < 300; i++) {
            registry.put("\"filler " + i + "\"");
        }
        var control = JobControl.newBuilder(Samples.control()).setReason("").build();
        // When
        var bytes = controls.encode(control);
        // Then: zero, id 300, "a", "b", first symbol, "", 1
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("00" + "0000012c" + "0261" + "0262" + "00" + "00" + "02");
        assertThat(controls.decode(bytes)).isEqualTo(new Value<>(control));
    }

    @Test
    void readsBackWhatItWrote() {
        assertThat(requests.decode(requests.encode(Samples.request()))).isEqualTo(new Value<>(Samples.request()));
        assertThat(results.decode(results.encode(Samples.result()))).isEqualTo(new Value<>(Samples.result()));
    }

    @Test
    void fillsInDefaultsForFieldsAnOlderWriterDidNotKnow() {
        var bytes = foreign(controlSchema("\"CANCEL\"", ""), fields -> fields);
        assertThat(controls.decode(bytes))
                .isEqualTo(new Value<>(
                        JobControl.newBuilder(Samples.control()).setReason("").build()));
    }

    @Test
    void skipsFieldsThatANewerWriterAdded() {
        // Given
        var added = """
                , {"name": "reason", "type": "string"},
                  {"name": "nested", "type": {"type": "map", "values": {"type": "array", "items": "string"}}},
                  {"name": "level", "type": ["null", "double"]}""";
        // When
        var bytes = foreign(
                controlSchema("\"CANCEL\"", added),
                fields -> fields.set("reason", Samples.CANARY)
                        .set("nested", Map.of("k", List.of("v", "w")))
                        .set("level", 0.5));
        // Then
        assertThat(controls.decode(bytes)).isEqualTo(new Value<>(Samples.control()));
    }

    @Test
    void takesASymbolThatANewerWriterAddedForTheDefault() {
        // Given
        var schema = controlSchema("\"PAUSE\", \"CANCEL\", \"RESUME\"", "");
        var command = new Schema.Parser().parse(schema).getField("command").schema();
        // When
        var known = controls.decode(foreign(schema, fields -> fields));
        var unknown = controls.decode(
                foreign(schema, fields -> fields.set("command", new GenericData.EnumSymbol(command, "RESUME"))));
        // Then
        assertThat(known)
                .isInstanceOfSatisfying(
                        Value.class,
                        value -> assertThat(((JobControl) value.value()).getCommand())
                                .isEqualTo(JobCommand.CANCEL));
        assertThat(unknown)
                .isInstanceOfSatisfying(
                        Value.class,
                        value -> assertThat(((JobControl) value.value()).getCommand())
                                .isEqualTo(JobCommand.UNKNOWN));
    }

    static Stream<Arguments> unusableSchemas() {
        return Stream.of(
                argumentSet("another record", "AVRO", "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[]}"),
                argumentSet("no record", "AVRO", "\"string\""),
                argumentSet("a field missing that has no default", "AVRO", """
                        {"type":"record","name":"JobControl","namespace":"dev.millrace.avro","fields":[]}"""),
                argumentSet(
                        "a field of another type",
                        "AVRO",
                        controlSchema("\"CANCEL\"", "").replace("\"long\"", "\"string\"")),
                argumentSet("not valid", "AVRO", "{\"type\":\"record\"}"),
                argumentSet("no JSON", "AVRO", "<html>"),
                argumentSet("another kind of schema", "PROTOBUF", "message JobControl {}"),
                argumentSet(
                        "nonsense as a default",
                        "AVRO",
                        controlSchema("\"CANCEL\"", ", {\"name\": \"x\", \"type\": \"int\", \"default\": \"no\"}")));
    }

    @ParameterizedTest
    @MethodSource("unusableSchemas")
    void saysThatBytesOfAnUnusableSchemaWillNeverDecode(String type, String schema) {
        // Given
        var bytes = controls.encode(Samples.control());
        ByteBuffer.wrap(bytes).putInt(1, registry.put(type, schema));
        // Then
        assertThat(controls.decode(bytes)).isInstanceOf(Undecodable.class);
        assertThat(controls.decode(bytes)).as("at the second time").isInstanceOf(Undecodable.class);
    }

    @Test
    void saysThatForeignBytesWillNeverDecode() {
        var good = controls.encode(Samples.control());
        var wrongMagic = good.clone();
        wrongMagic[0] = 1;
        var unknownId = good.clone();
        ByteBuffer.wrap(unknownId).putInt(1, 4711);
        var negativeId = good.clone();
        ByteBuffer.wrap(negativeId).putInt(1, -1);
        assertThat(controls.decode(null)).isEqualTo(new Undecodable<>("no value"));
        assertThat(controls.decode(new byte[0])).isInstanceOf(Undecodable.class);
        assertThat(controls.decode(wrongMagic)).isInstanceOf(Undecodable.class);
        assertThat(controls.decode("{\"model\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Undecodable.class);
        assertThat(controls.decode(unknownId))
                .isInstanceOfSatisfying(
                        Undecodable.class, bad -> assertThat(bad.reason()).contains("4711 not found"));
        assertThat(controls.decode(negativeId)).isInstanceOf(Undecodable.class);
    }

    @Test
    void recognisesAValueThatIsCutOffAnywhere() {
        var requestBytes = requests.encode(Samples.request());
        for (int length = 0; length < requestBytes.length; length++) {
            assertThat(requests.decode(Arrays.copyOf(requestBytes, length)))
                    .as("%d bytes of %d", length, requestBytes.length)
                    .isInstanceOf(Undecodable.class);
        }
        var resultBytes = results.encode(Samples.result());
        for (int length = 0; length < resultBytes.length; length++) {
            assertThat(results.decode(Arrays.copyOf(resultBytes, length)))
                    .as("%d bytes of %d", length, resultBytes.length)
                    .isInstanceOf(Undecodable.class);
        }
    }

    @Test
    void refusesBytesBehindTheValue() {
        var bytes = controls.encode(Samples.control());
        for (int more = 1; more < 20; more++) {
            assertThat(controls.decode(Arrays.copyOf(bytes, bytes.length + more)))
                    .isInstanceOfSatisfying(
                            Undecodable.class, bad -> assertThat(bad.reason()).startsWith("bytes left over"));
        }
    }

    @Test
    void putsNothingOfTheContentIntoTheReason() {
        var bytes = requests.encode(Samples.request());
        for (int length = 0; length < bytes.length; length++) {
            assertThat(requests.decode(Arrays.copyOf(bytes, length)).toString()).doesNotContain(Samples.CANARY);
        }
        assertThat(requests.decode(Arrays.copyOf(bytes, bytes.length + 1)).toString())
                .doesNotContain(Samples.CANARY);
    }

    @Test
    void reportsARegistryThatIsDownAndNotGarbage() {
        // Given
        var bytes = controls.encode(Samples.control());
        try (var freshClient = new RegistryClient(registry.config())) {
            var codec = new AvroCodec<>(freshClient, TOPICS.jobControl());
            registry.stop();
            // Then
            assertThatExceptionOfType(RegistryException.Unavailable.class).isThrownBy(() -> codec.decode(bytes));
            assertThatExceptionOfType(RegistryException.Unavailable.class)
                    .isThrownBy(() -> codec.encode(Samples.control()));
            // And once it is back
            registry.restart();
            assertThat(codec.decode(bytes)).isEqualTo(new Value<>(Samples.control()));
            assertThat(codec.encode(Samples.control())).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 400, 401, 403, 404, 409, 429, 500, 503})
    void doesNotTakeATroubledRegistryForGarbage(int status) {
        // Given
        var bytes = controls.encode(Samples.control());
        try (var freshClient = new RegistryClient(registry.config())) {
            var codec = new AvroCodec<>(freshClient, TOPICS.jobControl());
            registry.answerNext(new Status(status, "<html>"), new Status(status, "<html>"));
            // Then
            assertThatExceptionOfType(RegistryException.Unavailable.class).isThrownBy(() -> codec.decode(bytes));
        }
    }

    @Test
    void refusesToWriteWhatTheRegistryRefuses() {
        registry.refuse("job-control-value", "no");
        assertThatExceptionOfType(RegistryException.Incompatible.class).isThrownBy(controls::register);
        assertThatExceptionOfType(RegistryException.Incompatible.class)
                .isThrownBy(() -> controls.encode(Samples.control()));
    }

    @Test
    void asksTheRegistryNothingOnceItKnowsTheSchemas() {
        // Given
        var foreign = foreign(controlSchema("\"CANCEL\"", ""), fields -> fields);
        controls.register();
        controls.decode(foreign);
        registry.stop();
        int asked = registry.requests().size();
        // When
        for (int i = 0; i < 10_000; i++) {
            assertThat(controls.decode(controls.encode(Samples.control()))).isInstanceOf(Value.class);
            assertThat(controls.decode(foreign)).isInstanceOf(Value.class);
        }
        // Then
        assertThat(registry.requests()).hasSize(asked).hasSize(2);
    }

    @Test
    void tellsWhetherADecodeWouldAskTheRegistry() {
        var foreign = foreign(controlSchema("\"CANCEL\"", ""), fields -> fields);
        assertThat(controls.decodesAtOnce(foreign)).isFalse();
        controls.decode(foreign);
        assertThat(controls.decodesAtOnce(foreign)).isTrue();
        assertThat(controls.decodesAtOnce(controls.encode(Samples.control()))).isTrue();
        assertThat(controls.decodesAtOnce(null)).isTrue();
        assertThat(controls.decodesAtOnce(new byte[] {1, 2, 3, 4, 5, 6})).isTrue();
    }

    @Test
    void writesTheNextValueWholeAfterOneThatWasIncomplete() {
        // Given
        var whole = controls.encode(Samples.control());
        // When
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> controls.encode(new JobControl()));
        // Then
        assertThat(controls.encode(Samples.control())).isEqualTo(whole);
    }

    @Test
    void buildsReadersOfRecursiveSchemasForManyThreadsAtOnce() throws Exception {
        // Given
        var bytes = requests.encode(Samples.request());
        for (int round = 0; round < 20; round++) {
            var codec = new AvroCodec<>(client, TOPICS.requests());
            // When
            try (var threads = Executors.newFixedThreadPool(8)) {
                var decoded = new ArrayList<Future<?>>();
                for (int i = 0; i < 64; i++) {
                    decoded.add(threads.submit(() -> codec.decode(bytes)));
                }
                // Then
                for (var value : decoded) {
                    assertThat(value.get()).isEqualTo(new Value<>(Samples.request()));
                }
            }
        }
    }
}
