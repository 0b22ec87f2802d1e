package dev.millrace.egress;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/** A consumer over a {@link MemoryLog}; positions of partitions that stay assigned are kept, as Kafka's consumer does. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // one thread at a time, but for wakeup
final class MemoryConsumer extends MockConsumer<byte[], byte[]> {
    private final MemoryLog log;
    private final int maxPollRecords;
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private boolean woken;

    MemoryConsumer(MemoryLog log, int maxPollRecords) {
        super("earliest");
        this.log = log;
        this.maxPollRecords = maxPollRecords;
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        positions.keySet().retainAll(partitions);
        partitions.forEach(partition -> positions.putIfAbsent(partition, log.begin(partition)));
    }

    @Override
    public void unsubscribe() {
        positions.clear();
    }

    @Override
    public Set<TopicPartition> assignment() {
        return Set.copyOf(positions.keySet());
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        if (positions.replace(partition, offset) == null) {
            throw new IllegalStateException("not assigned: " + partition);
        }
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> seek(partition, log.begin(partition)));
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> seek(partition, log.end(partition)));
    }

    @Override
    public long position(TopicPartition partition) {
        return positions.getOrDefault(partition, -1L);
    }

    @Override
    public long position(TopicPartition partition, Duration timeout) {
        return position(partition);
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return partitions.stream().collect(Collectors.toMap(partition -> partition, log::begin));
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return partitions.stream().collect(Collectors.toMap(partition -> partition, log::end));
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
        var found = new HashMap<TopicPartition, OffsetAndTimestamp>();
        times.forEach((partition, millis) -> {
            var record = log.firstNotBefore(partition, millis);
            if (record != null) {
                found.put(partition, new OffsetAndTimestamp(record.offset(), record.timestamp()));
            }
        });
        return found;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (log.takeFailure()) {
            throw new KafkaException("told to fail");
        }
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        synchronized (log) {
            while (true) {
                if (woken) {
                    woken = false;
                    throw new WakeupException();
                }
                var records = fetch();
                long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
                if (!records.isEmpty() || leftMillis <= 0) {
                    return new ConsumerRecords<>(records, Map.of());
                }
                waitFor(leftMillis);
            }
        }
    }

    private void waitFor(long millis) {
        try {
            log.wait(millis);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> fetch() {
        var fetched = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        int left = maxPollRecords;
        for (var partition : List.copyOf(positions.keySet())) {
            var records = log.from(partition, position(partition), left);
            if (!records.isEmpty()) {
                fetched.put(partition, records);
                positions.put(partition, records.getLast().offset() + 1);
                left -= records.size();
            }
        }
        return fetched;
    }

    @Override
    public void wakeup() {
        synchronized (log) {
            woken = true;
            log.notifyAll();
        }
    }

    @Override
    public void close() {}
}
