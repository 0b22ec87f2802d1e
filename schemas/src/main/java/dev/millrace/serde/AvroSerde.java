package dev.millrace.serde;

import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's serde over an {@link AvroCodec}. Null stays null.
 *
 * <p>A value that does not decode raises {@link SerializationException}; readers that must go on use the codec itself.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    private final AvroCodec<T> codec;

    public AvroSerde(AvroCodec<T> codec) {
        this.codec = codec;
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> encode(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> decode(topic, bytes);
    }

    @SuppressWarnings("NullAway") // Kafka's contract: null in, null out
    private byte[] encode(@Nullable T value) {
        return value == null ? null : codec.encode(value);
    }

    @SuppressWarnings("NullAway") // Kafka's contract: null in, null out
    private T decode(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        return switch (codec.decode(bytes)) {
            case Value<T>(var value) -> value;
            case Undecodable<T>(var reason) -> throw new SerializationException(topic + ": " + reason);
        };
    }
}
