package dev.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.sun.management.ThreadMXBean;
import dev.millrace.Seeds;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.registry.FakeRegistry;
import dev.millrace.registry.RegistryClient;
import dev.millrace.serde.AvroCodec.Decoded;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes made to hurt whoever decodes them: every one must come back as a value or as undecodable, at a bounded price. */
@Timeout(120)
class AvroCodecHostileInputTest {
    private static final long MAX_ALLOCATED_BYTES = 4L * 1024 * 1024;
    private static final int RECORD_BYTES = 2 * 1024 * 1024;

    private static final FakeRegistry REGISTRY = FakeRegistry.start();
    private static final RegistryClient CLIENT = new RegistryClient(REGISTRY.config());
    private static final AvroCodec<InferenceRequest> REQUESTS;
    private static final AvroCodec<InferenceResult> RESULTS;

    static {
        var topics = new TopicCatalogue(TopicSettings.DEFAULTS);
        REQUESTS = new AvroCodec<>(CLIENT, topics.requests());
        RESULTS = new AvroCodec<>(CLIENT, topics.results());
    }

    @BeforeAll
    static void register() {
        REQUESTS.register();
        RESULTS.register();
    }

    @AfterAll
    static void close() {
        CLIENT.close();
        REGISTRY.close();
    }

    /** Writes the beginning of an InferenceResult, up to and with the count or length that is a lie. */
    interface Beginning {
        void write(BinaryEncoder encoder) throws IOException;
    }

    static Stream<Arguments> lies() {
        return LongStream.of(
                        1L << 20,
                        Integer.MAX_VALUE - 8,
                        Integer.MAX_VALUE,
                        1L << 31,
                        1L << 40,
                        Long.MAX_VALUE,
                        -1L,
                        -(1L << 33),
                        Long.MIN_VALUE)
                .boxed()
                .flatMap(size -> Stream.of(
                        lie("text", size, encoder -> encoder.writeLong(size)),
                        lie("list", size, encoder -> {
                            upToDeltas(encoder);
                            encoder.writeLong(size);
                        }),
                        lie("list with its size", size, encoder -> {
                            upToDeltas(encoder);
                            encoder.writeLong(-Math.abs(size));
                            encoder.writeLong(size);
                        }),
                        lie("floats", size, encoder -> {
                            upToContent(encoder);
                            encoder.writeIndex(5);
                            encoder.writeLong(size);
                        }),
                        lie("bytes", size, encoder -> {
                            upToContent(encoder);
                            encoder.writeIndex(4);
                            encoder.writeEnum(0);
                            encoder.writeString("");
                            encoder.writeIndex(1);
                            encoder.writeLong(size);
                        }),
                        lie("map", size, encoder -> {
                            upToContent(encoder);
                            encoder.writeIndex(2);
                            encoder.writeString("no");
                            encoder.writeLong(0);
                            encoder.writeLong(size);
                        }),
                        lie("branch", size, encoder -> {
                            upToContent(encoder);
                            encoder.writeLong(size);
                        })));
    }

    private static Arguments lie(String name, long size, Beginning beginning) {
        return argumentSet(name + " of " + size, beginning);
    }

    private static void upToDeltas(BinaryEncoder encoder) throws IOException {
        encoder.writeString("job");
        encoder.writeString("acme");
        encoder.writeIndex(0);
        encoder.writeInt(1);
        encoder.writeInt(1);
        encoder.writeLong(0);
        encoder.writeLong(0);
        encoder.writeString("");
        encoder.writeString("");
    }

    private static void upToContent(BinaryEncoder encoder) throws IOException {
        upToDeltas(encoder);
        encoder.writeLong(1);
        encoder.writeInt(0);
    }

    @ParameterizedTest
    @MethodSource("lies")
    void allocatesLittleForALengthThatIsALie(Beginning beginning) throws IOException {
        // Given
        var out = new ByteArrayOutputStream();
        out.writeBytes(Arrays.copyOf(RESULTS.encode(Samples.result()), 5));
        beginning.write(EncoderFactory.get().directBinaryEncoder(out, null));
        var bytes = out.toByteArray();
        var padded = Arrays.copyOf(bytes, bytes.length + 100);
        RESULTS.decode(bytes);
        // When
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long beforeBytes = threads.getCurrentThreadAllocatedBytes();
        var decoded = RESULTS.decode(bytes);
        var decodedPadded = RESULTS.decode(padded);
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - beforeBytes;
        // Then
        assertThat(decoded).isInstanceOf(Undecodable.class);
        assertThat(decodedPadded).isInstanceOf(Undecodable.class);
        assertThat(allocatedBytes).isLessThan(MAX_ALLOCATED_BYTES);
    }

    @Test
    void bearsNestingThatSomeoneMayMeanAndRefusesTheRest() {
        int most = AvroCodec.MAX_DEPTH - 2; // messages and parts are lists themselves
        assertThat(REQUESTS.decode(REQUESTS.encode(Samples.nested(most)))).isInstanceOf(Value.class);
        assertThat(REQUESTS.decode(REQUESTS.encode(Samples.nested(most + 1)))).isInstanceOf(Undecodable.class);
    }

    /** A record of the largest size that is nothing but tool results within tool results. */
    @Test
    void survivesNestingThatWouldExhaustTheStack() {
        // Given
        var shallow = REQUESTS.encode(Samples.nested(1));
        var deeper = REQUESTS.encode(Samples.nested(2));
        int begin = Arrays.mismatch(shallow, deeper);
        var level = Arrays.copyOfRange(deeper, begin, begin + 5);
        var bytes = ByteBuffer.allocate(RECORD_BYTES).put(shallow, 0, begin);
        while (bytes.remaining() >= level.length) {
            bytes.put(level);
        }
        // Then
        assertThat(REQUESTS.decode(bytes.array())).isInstanceOf(Undecodable.class);
        assertThat(REQUESTS.decode(deeper)).as("goes on after that").isInstanceOf(Value.class);
    }

    /** The same in a field that this version does not know and skips. */
    @Test
    void survivesNestingInAFieldThatItSkips() {
        // Given
        var schema = new Schema.Parser().parse("""
                {"type": "record", "name": "InferenceResult", "namespace": "dev.millrace.avro", "fields": [
                  {"name": "jobId", "type": "string"},
                  {"name": "chain", "type": {"type": "record", "name": "Link", "fields": [
                    {"name": "next", "type": ["null", "Link"]}]}},
                  {"name": "tree", "type": {"type": "array", "items": {"type": "record", "name": "Node", "fields": [
                    {"name": "nodes", "type": {"type": "array", "items": "Node"}}]}}},
                  {"name": "account", "type": "string"}, {"name": "attempt", "type": "int"},
                  {"name": "epoch", "type": "int"}, {"name": "seq", "type": "long"},
                  {"name": "createdAtMillis", "type": "long"}]}""");
        int id = REGISTRY.put(schema.toString());
        var chain = new byte[RECORD_BYTES];
        Arrays.fill(chain, (byte) 2);
        ByteBuffer.wrap(chain).put((byte) 0).putInt(id).put((byte) 0);
        var tree = chain.clone();
        tree[6] = 0;
        // Then
        assertThat(RESULTS.decode(chain)).isInstanceOf(Undecodable.class);
        assertThat(RESULTS.decode(tree)).isInstanceOf(Undecodable.class);
    }

    static LongStream seeds() {
        return Seeds.fresh(200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void makesAValueOrNothingOfDamagedBytes(long seed) {
        var random = new SplittableRandom(seed);
        var request = REQUESTS.encode(Samples.request());
        var result = RESULTS.encode(Samples.result());
        for (int i = 0; i < 500; i++) {
            check(REQUESTS, damaged(random, request));
            check(RESULTS, damaged(random, result));
        }
    }

    private static <T extends SpecificRecord> void check(AvroCodec<T> codec, byte[] bytes) {
        Decoded<T> decoded = codec.decode(bytes);
        if (decoded instanceof Value<T>(var value)) {
            assertThat(codec.decode(codec.encode(value))).isInstanceOf(Value.class);
        }
    }

    /** Keeps the header: what follows is what must be survived. */
    private static byte[] damaged(SplittableRandom random, byte[] good) {
        var bytes = good.clone();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            int at = random.nextInt(5, bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes = spliced(bytes, at, at, new byte[random.nextInt(1, 4)]);
                case 3 -> bytes = spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 8)), new byte[0]);
                default -> bytes = spliced(bytes, at, at + 1, varint(random.nextLong() >> random.nextInt(64)));
            }
            if (bytes.length < 6) {
                return good.clone();
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(instead);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    private static byte[] varint(long value) {
        var out = new ByteArrayOutputStream();
        try {
            EncoderFactory.get().directBinaryEncoder(out, null).writeLong(value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
