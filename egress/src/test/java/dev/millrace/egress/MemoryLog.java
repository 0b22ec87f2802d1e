package dev.millrace.egress;

import dev.millrace.egress.consumer.ConsumerFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Partitions in memory, and consumers that read them as Kafka's do. Thread-safe; its monitor is notified of every change. */
public final class MemoryLog {
    private final Map<TopicPartition, Partition> partitions = new HashMap<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger consumersMade = new AtomicInteger();

    private static final class Partition {
        private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        private long begin;
    }

    public ConsumerFactory consumers() {
        return (_, settings) -> {
            consumersMade.incrementAndGet();
            int maxPoll = (int) settings.getOrDefault(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
            return new MemoryConsumer(this, maxPoll);
        };
    }

    /** The next polls, as many as told, fail as a broken connection does. */
    public void failNextPolls(int count) {
        failures.set(count);
    }

    boolean takeFailure() {
        return failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    public int consumersMade() {
        return consumersMade.get();
    }

    /** Appends a record; returns its offset. */
    public synchronized long append(
            String topic, int partition, long timestampMillis, byte @Nullable [] key, byte @Nullable [] value) {
        var records = partition(new TopicPartition(topic, partition)).records;
        var record = new ConsumerRecord<byte[], byte[]>(
                topic,
                partition,
                records.size(),
                timestampMillis,
                TimestampType.CREATE_TIME,
                key == null ? -1 : key.length,
                value == null ? -1 : value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
        records.add(record);
        notifyAll();
        return record.offset();
    }

    /** What retention does. */
    public synchronized void removeBefore(TopicPartition partition, long offset) {
        partition(partition).begin = offset;
    }

    public synchronized long begin(TopicPartition partition) {
        return partition(partition).begin;
    }

    public synchronized long end(TopicPartition partition) {
        return partition(partition).records.size();
    }

    synchronized @Nullable ConsumerRecord<byte[], byte[]> firstNotBefore(TopicPartition partition, long millis) {
        var found = partition(partition);
        return found.records.stream()
                .filter(record -> record.offset() >= found.begin && record.timestamp() >= millis)
                .findFirst()
                .orElse(null);
    }

    synchronized List<ConsumerRecord<byte[], byte[]>> from(TopicPartition partition, long offset, int max) {
        var found = partition(partition);
        int start = (int) Math.max(found.begin, offset);
        return List.copyOf(found.records.subList(start, Math.min(found.records.size(), start + max)));
    }

    private Partition partition(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, _ -> new Partition());
    }
}
