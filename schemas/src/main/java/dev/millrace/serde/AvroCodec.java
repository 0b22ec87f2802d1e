package dev.millrace.serde;

import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryException;
import dev.millrace.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns one topic's values into bytes and back, in Confluent wire format: a zero byte, the schema id as four bytes big-endian, the
 * Avro binary encoding.
 *
 * <p>Values written with any compatible older or newer schema are read into the compiled one. Thread-safe.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">Wire format</a>
 */
public final class AvroCodec<T extends SpecificRecord> {
    /** Lists and maps within one another; deeper values would only exhaust the stack of whoever walks over them. */
    public static final int MAX_DEPTH = 64;

    private static final int HEADER_BYTES = 5;

    private final RegistryClient registry;
    private final String subject;
    private final Schema schema;
    private final SpecificDatumWriter<T> writer;
    private final FastReaderBuilder readerBuilder;
    private final Map<Integer, DatumReader<T>> readersById = new ConcurrentHashMap<>();
    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);
    private volatile int writeId = -1;

    public AvroCodec(RegistryClient registry, Topic<T> topic) {
        this.registry = registry;
        this.subject = topic.valueSubject();
        this.schema = topic.valueSchema();
        var data = SpecificData.getForClass(topic.valueType());
        this.writer = new SpecificDatumWriter<>(schema, data);
        this.readerBuilder = new FastReaderBuilder(data);
    }

    /** What some bytes turned out to be. */
    public sealed interface Decoded<T> {}

    public record Value<T>(T value) implements Decoded<T> {}

    /** The bytes will never decode; the reason names what is wrong and holds nothing of the content. */
    public record Undecodable<T>(String reason) implements Decoded<T> {}

    private static final class Buffers {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        private @Nullable BinaryEncoder encoder;
    }

    /**
     * Asks the registry for the id of the compiled schema, registering it when allowed, so that later writes, and reads of values written
     * with it, do not wait.
     *
     * @throws RegistryException when the registry refuses the schema or does not answer
     */
    public void register() {
        int id = registry.id(subject, schema);
        newReader(id, schema);
        writeId = id;
    }

    /**
     * Encodes a value.
     *
     * @throws RegistryException when the schema is not known yet and the registry refuses it or does not answer
     */
    public byte[] encode(T value) {
        if (writeId < 0) {
            register();
        }
        var local = buffers.get();
        local.bytes.reset();
        local.bytes.writeBytes(
                ByteBuffer.allocate(HEADER_BYTES).put((byte) 0).putInt(writeId).array());
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(local.bytes, local.encoder);
            local.encoder = encoder;
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return local.bytes.toByteArray();
    }

    /**
     * Decodes bytes that may come from anyone. Time and memory are bounded by their number.
     *
     * @throws RegistryException.Unavailable when the writer's schema is not cached and the registry does not tell: the bytes may be
     *     fine, try again later
     */
    public Decoded<T> decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return new Undecodable<>("no value");
        }
        if (bytes.length < HEADER_BYTES || bytes[0] != 0) {
            return new Undecodable<>("not in Confluent wire format: must begin with a zero byte and a schema id");
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        try {
            var decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
            var value = reader(id).read(null, new DepthLimitedDecoder(decoder, MAX_DEPTH));
            return decoder.isEnd()
                    ? new Value<>(value)
                    : new Undecodable<>("bytes left over after the Avro value of schema " + id);
        } catch (RegistryException.Unavailable e) {
            throw e;
        } catch (RegistryException e) {
            return new Undecodable<>("schema id " + id + " is not usable: " + e.getMessage());
        } catch (IOException
                | AvroRuntimeException
                | IndexOutOfBoundsException
                | ClassCastException
                | UnsupportedOperationException
                | StackOverflowError e) {
            // Avro's own words for bytes that are not a value: its checks of sizes, and recursion over fields that are
            // skipped
            return new Undecodable<>(
                    "not a value of schema " + id + ": " + e.getClass().getSimpleName());
        }
    }

    /**
     * Whether {@link #decode} of these bytes answers at once: the writer's schema is cached, or the bytes are not in the wire format.
     * For readers that must not wait for the registry.
     */
    public boolean decodesAtOnce(byte @Nullable [] bytes) {
        return bytes == null
                || bytes.length < HEADER_BYTES
                || bytes[0] != 0
                || readersById.containsKey(ByteBuffer.wrap(bytes, 1, 4).getInt());
    }

    private DatumReader<T> reader(int id) {
        var reader = readersById.get(id);
        return reader != null ? reader : newReader(id, registry.schema(id));
    }

    /** Avro's builder of readers is not thread-safe; what it builds is. */
    private synchronized DatumReader<T> newReader(int id, Schema writerSchema) {
        var reader = readersById.get(id);
        if (reader == null) {
            try {
                reader = readerBuilder.<T>createDatumReader(writerSchema, schema);
            } catch (IOException e) {
                throw new IllegalStateException("encoding a default in memory failed", e);
            }
            readersById.put(id, reader);
        }
        return reader;
    }
}
