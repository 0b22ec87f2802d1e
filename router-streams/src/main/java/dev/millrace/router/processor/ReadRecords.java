package dev.millrace.router.processor;

import dev.millrace.error.ErrorCode;
import dev.millrace.router.admission.Origin;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns bytes into records. What cannot be read goes to the dead letters with its own bytes and the reason, and reading goes on; when
 * the registry does not answer, nothing is called unreadable and the thread fails instead.
 */
public class ReadRecords<T extends SpecificRecord> implements Processor<byte[], byte[], Object, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(ReadRecords.class);

    private final AvroCodec<T> codec;
    private final String next;
    private @Nullable ProcessorContext<Object, Object> context;

    /**
     * A reader.
     *
     * @param next processor that gets the values, keyed by the record's key as text
     */
    public ReadRecords(AvroCodec<T> codec, String next) {
        this.codec = codec;
        this.next = next;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
    }

    @Override
    public final void process(Record<byte[], byte[]> record) {
        switch (codec.decode(record.value())) {
            case Value<T>(var value) -> readable(record, value);
            case Undecodable<T>(var reason) -> {
                bury(record, ErrorCode.UNDECODABLE_RECORD, reason);
                unreadable(record, reason);
            }
        }
    }

    /** Passes a value on. */
    protected void readable(Record<byte[], byte[]> record, T value) {
        pass(record, value);
    }

    /** Called after the dead letter was written. */
    protected void unreadable(Record<byte[], byte[]> record, String reason) {}

    /** Sends {@code value} to the next processor. */
    protected final void pass(Record<byte[], byte[]> record, Object value) {
        var key = text(record.key());
        context().forward(new Record<>(key == null ? "" : key, value, record.timestamp(), record.headers()), next);
    }

    /** Where the record stood. */
    protected final Origin origin(Record<byte[], byte[]> record) {
        var metadata = context().recordMetadata().orElseThrow();
        return new Origin(
                metadata.topic(), metadata.partition(), metadata.offset(), record.timestamp(), text(record.key()));
    }

    /** Writes the record to the dead letters. */
    protected final void bury(Record<byte[], byte[]> record, ErrorCode code, String reason) {
        var origin = origin(record);
        LOG.atDebug()
                .addKeyValue("topic", origin.topic())
                .addKeyValue("partition", origin.partition())
                .addKeyValue("offset", origin.offset())
                .addKeyValue("reason", reason)
                .log("record goes to the dead letters");
        Headers headers = new DeadLetter(code.code(), reason, origin.topic(), origin.partition(), origin.offset())
                .headers(record.headers());
        context().forward(new Record<>(record.key(), record.value(), record.timestamp(), headers), Names.DEAD_LETTERS);
    }

    private ProcessorContext<Object, Object> context() {
        if (context == null) {
            throw new IllegalStateException("not initialised");
        }
        return context;
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
