package dev.millrace.streams;

import dev.millrace.error.ErrorCode;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns bytes into records. What cannot be read goes to the dead letters with its own bytes and the reason, and reading goes on; when
 * the registry does not answer, nothing is called unreadable and the thread fails instead.
 */
public class RecordReader<T extends SpecificRecord> implements Processor<byte[], byte[], Object, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(RecordReader.class);

    private final AvroCodec<T> codec;
    private final String next;
    private final String deadLetters;
    private @Nullable ProcessorContext<Object, Object> context;

    /**
     * A reader of values that {@code codec} decodes.
     *
     * @param next processor that gets the values, keyed by the record's key as text, empty when it has none
     * @param deadLetters sink of bytes
     */
    public RecordReader(AvroCodec<T> codec, String next, String deadLetters) {
        this.codec = codec;
        this.next = next;
        this.deadLetters = deadLetters;
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

    /** Called after the dead letter was written; does nothing by itself. */
    protected void unreadable(Record<byte[], byte[]> record, String reason) {}

    /** Sends {@code value} to the next processor. */
    protected final void pass(Record<byte[], byte[]> record, Object value) {
        var key = key(record);
        context().forward(new Record<>(key == null ? "" : key, value, record.timestamp(), record.headers()), next);
    }

    /** Where the record in hand stood. */
    protected final RecordMetadata metadata() {
        return context().recordMetadata().orElseThrow();
    }

    /** The record's key as text; null when it has none or it is not UTF-8. */
    protected static @Nullable String key(Record<byte[], byte[]> record) {
        byte @Nullable [] bytes = record.key();
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

    /** Writes the record to the dead letters. */
    protected final void bury(Record<byte[], byte[]> record, ErrorCode code, String reason) {
        var metadata = metadata();
        LOG.atDebug()
                .addKeyValue("topic", metadata.topic())
                .addKeyValue("partition", metadata.partition())
                .addKeyValue("offset", metadata.offset())
                .addKeyValue("reason", reason)
                .log("record goes to the dead letters");
        var letter = new DeadLetter(code.code(), reason, metadata.topic(), metadata.partition(), metadata.offset());
        var headers = letter.headers(record.headers());
        context().forward(new Record<>(record.key(), record.value(), record.timestamp(), headers), deadLetters);
    }

    private ProcessorContext<Object, Object> context() {
        if (context == null) {
            throw new IllegalStateException("not initialised");
        }
        return context;
    }
}
