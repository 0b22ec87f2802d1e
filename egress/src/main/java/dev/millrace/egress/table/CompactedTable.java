package dev.millrace.egress.table;

import dev.millrace.serde.AvroCodec;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * A compacted topic as a map in memory: the latest value of every key, kept up to date by a thread of its own.
 *
 * <p>Reads never block and may be a moment behind the log. A value that does not decode leaves the key as it was and is counted.
 */
public final class CompactedTable<V extends SpecificRecord> implements AutoCloseable {
    public CompactedTable(KafkaConnection kafka, Topic<V> topic, AvroCodec<V> codec) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }

    /** Starts reading; completes when everything that was on the log at that time is in the table. Retries until closed. */
    public Future<Void> start() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    public Optional<V> get(String key) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        return java.util.Optional.empty();
    }

    /** A copy of the whole table. */
    public Map<String, V> snapshot() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        return java.util.Map.of();
    }

    @Override
    public void close() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }
}
