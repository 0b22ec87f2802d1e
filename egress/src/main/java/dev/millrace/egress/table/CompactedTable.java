package dev.millrace.egress.table;

import dev.millrace.egress.consumer.ConsumerFactory;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic as a map in memory: the latest value of every key, kept up to date by a thread of its own.
 *
 * <p>Reads never block, are safe from any thread, and may be a moment behind the log. A value that does not decode leaves the key as
 * it was and is counted; while the schema registry does not answer the table waits for it, so no change is lost.
 */
public final class CompactedTable<V extends SpecificRecord> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CompactedTable.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** A record ends the wait at once; a shorter one only keeps idle brokers busy. */
    private static final Map<String, Object> FETCH = Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 2000);

    private static final Duration RETRY = Duration.ofMillis(500);

    private final ConsumerFactory consumers;
    private final Topic<V> topic;
    private final AvroCodec<V> codec;
    private final Map<String, V> values = new ConcurrentHashMap<>();
    private final LongAdder undecodable = new LongAdder();
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private final Thread thread;
    /** Next offset of each partition; only the table's thread touches it. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    public CompactedTable(ConsumerFactory consumers, Topic<V> topic, AvroCodec<V> codec) {
        this.consumers = consumers;
        this.topic = topic;
        this.codec = codec;
        this.thread = Thread.ofPlatform().name("table-" + topic.name()).daemon().unstarted(this::run);
    }

    /**
     * Starts reading.
     *
     * @return completes, on the table's thread, when everything that was on the log at that time is in the table; never fails, retries
     *     until closed
     */
    public CompletableFuture<Void> start() {
        thread.start();
        return complete.copy();
    }

    /** Whether the table has reached the end of the log once. */
    public boolean isComplete() {
        return complete.isDone() && !complete.isCancelled();
    }

    public Optional<V> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A copy of the whole table. */
    public Map<String, V> snapshot() {
        return Map.copyOf(values);
    }

    /** Records that no schema fits, since the start. */
    public long undecodable() {
        return undecodable.sum();
    }

    private void run() {
        while (!closed) {
            try (var fresh = consumers.create("table-" + topic.name(), FETCH)) {
                consumer = fresh;
                follow(fresh);
            } catch (WakeupException e) {
                LOG.atDebug().addKeyValue("topic", topic.name()).log("table woken to close");
            } catch (KafkaException | RegistryException.Unavailable e) {
                LOG.atWarn().addKeyValue("topic", topic.name()).setCause(e).log("reading a table failed, tries again");
                pauseBeforeRetry();
            }
        }
    }

    private void pauseBeforeRetry() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void follow(Consumer<byte[], byte[]> from) {
        var partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        from.assign(partitions);
        from.seekToBeginning(partitions);
        positions.forEach(from::seek);
        var ends = from.endOffsets(partitions);
        while (!closed) {
            if (!complete.isDone() && partitions.stream().allMatch(p -> from.position(p) >= ends.getOrDefault(p, 0L))) {
                complete.complete(null);
            }
            for (var record : from.poll(POLL)) {
                apply(record);
                positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            }
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            undecodable.increment();
            return;
        }
        var key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            values.remove(key);
            return;
        }
        switch (codec.decode(record.value())) {
            case Value<V>(var value) -> values.put(key, value);
            case Undecodable<V>(var reason) -> {
                undecodable.increment();
                LOG.atWarn()
                        .addKeyValue("topic", record.topic())
                        .addKeyValue("partition", record.partition())
                        .addKeyValue("offset", record.offset())
                        .addKeyValue("reason", reason)
                        .log("skipped a record that does not decode");
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        complete.cancel(false);
    }
}
