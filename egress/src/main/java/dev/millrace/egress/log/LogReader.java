package dev.millrace.egress.log;

import dev.millrace.egress.consumer.ConsumerFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads stretches of partitions back. Blocks; one thread at a time. Failures of the cluster are Kafka's exceptions; after one the reader
 * must be closed.
 */
final class LogReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;

    LogReader(ConsumerFactory consumers) {
        this.consumer = consumers.create(
                "results-reader",
                Map.of(
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        2000,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        50,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        8 << 20,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        4 << 20));
    }

    /** Where to begin. */
    sealed interface Start {
        /** At the first record not older than this, epoch milliseconds. */
        record AtTime(long millis) implements Start {}

        record AtOffset(long offset) implements Start {}
    }

    /** Receives records in log order; returns false to stop. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(ConsumerRecord<byte[], byte[]> record) throws InterruptedException;
    }

    /**
     * What was read.
     *
     * @param complete false when the visitor stopped it
     * @param nextOffset a reader that goes on from here misses nothing
     */
    record Span(boolean complete, long nextOffset) {}

    /** The offsets of a partition. */
    record Extent(long beginOffset, long endOffset) {}

    Extent extent(TopicPartition partition) {
        var one = List.of(partition);
        return new Extent(
                Objects.requireNonNull(consumer.beginningOffsets(one).get(partition)),
                Objects.requireNonNull(consumer.endOffsets(one).get(partition)));
    }

    /**
     * The offset a start stands for, within {@code extent}.
     */
    long offsetOf(TopicPartition partition, Start start, Extent extent) {
        return switch (start) {
            case Start.AtOffset(var offset) -> Math.clamp(offset, extent.beginOffset(), extent.endOffset());
            case Start.AtTime(var millis) -> {
                if (millis <= 0) {
                    yield extent.beginOffset();
                }
                var found = consumer.offsetsForTimes(Map.of(partition, millis)).get(partition);
                yield found == null ? extent.endOffset() : Math.clamp(found.offset(), 0, extent.endOffset());
            }
        };
    }

    /** Visits the records from {@code fromOffset} to before {@code toOffset}. */
    Span read(TopicPartition partition, long fromOffset, long toOffset, Visitor visitor) throws InterruptedException {
        consumer.assign(List.of(partition));
        try {
            consumer.seek(partition, fromOffset);
            while (consumer.position(partition) < toOffset) {
                for (var record : consumer.poll(POLL).records(partition)) {
                    if (record.offset() >= toOffset) {
                        return new Span(true, toOffset);
                    }
                    if (!visitor.visit(record)) {
                        return new Span(false, record.offset());
                    }
                }
            }
            return new Span(true, Math.max(fromOffset, toOffset));
        } finally {
            consumer.unsubscribe(); // lets go of what was fetched ahead
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
