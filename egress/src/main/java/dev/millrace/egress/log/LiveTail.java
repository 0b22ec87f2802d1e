package dev.millrace.egress.log;

import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.consumer.ConsumerFactory;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the results log, followed by one thread.
 *
 * <p>Begins at the end of each partition and from then on misses nothing: positions are kept here, so that a consumer that failed is
 * replaced by one that goes on where it stopped. The thread never waits for a client or for the schema registry: whoever is not
 * ready is left to a reader of the log.
 */
final class LiveTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** A broker answers one request per connection at a time: a partition that joins waits as long for its place. */
    private static final int FETCH_WAIT_MILLIS = 100;

    private static final Duration POLL_WHILE_PLACING = Duration.ofMillis(5);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Topic<InferenceResult> topic;
    private final AvroCodec<InferenceResult> codec;
    private final ConsumerFactory consumers;
    private final Feeds feeds;
    private final ConcurrentMap<Integer, CompletableFuture<Void>> placed = new ConcurrentHashMap<>();
    private final LongAdder undecodable = new LongAdder();
    private final Thread thread =
            Thread.ofPlatform().name("results-tail").daemon().unstarted(this::run);
    /** Next offset of each partition that has its place; only the tail's thread touches it. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    LiveTail(Topic<InferenceResult> topic, AvroCodec<InferenceResult> codec, ConsumerFactory consumers, Feeds feeds) {
        this.topic = topic;
        this.codec = codec;
        this.consumers = consumers;
        this.feeds = feeds;
    }

    void start() {
        thread.start();
    }

    /**
     * Tails a partition from now on.
     *
     * @return completes once the tail has its place: every record published later is offered to the feeds
     */
    CompletableFuture<Void> follow(int partition) {
        var known = placed.get(partition);
        if (known != null) {
            return known;
        }
        var place = placed.computeIfAbsent(partition, _ -> new CompletableFuture<>());
        wakeUp();
        return place;
    }

    /** Whether every record of the partition that is published from now on is offered. */
    boolean follows(int partition) {
        var place = placed.get(partition);
        return place != null && place.isDone() && !place.isCompletedExceptionally();
    }

    /** Records of followed jobs that no schema fits. */
    long undecodable() {
        return undecodable.sum();
    }

    private void wakeUp() {
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try (var fresh = newConsumer()) {
                consumer = fresh;
                followUntilClosed(fresh);
            } catch (WakeupException e) {
                LOG.atDebug().log("results tail woken while closing its consumer");
            } catch (KafkaException e) {
                LOG.atWarn()
                        .addKeyValue("topic", topic.name())
                        .setCause(e)
                        .log("results tail lost its consumer, goes on with a new one");
                pauseBeforeRetry();
            }
        }
    }

    private Consumer<byte[], byte[]> newConsumer() {
        return consumers.create(
                "results-tail",
                Map.of(
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        2000,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        FETCH_WAIT_MILLIS));
    }

    private void pauseBeforeRetry() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void followUntilClosed(Consumer<byte[], byte[]> from) {
        var assigned = Set.<TopicPartition>of();
        while (!closed) {
            try {
                var wanted = wanted();
                if (!wanted.equals(assigned)) {
                    assign(from, assigned, wanted);
                    assigned = wanted;
                }
                boolean settled = positions.keySet().containsAll(wanted);
                offer(from.poll(settled ? POLL : POLL_WHILE_PLACING));
                if (!settled) {
                    place(from, wanted);
                }
            } catch (WakeupException e) {
                LOG.atTrace().log("results tail woken");
            }
        }
    }

    private Set<TopicPartition> wanted() {
        var wanted = new HashSet<TopicPartition>();
        placed.keySet().forEach(partition -> wanted.add(new TopicPartition(topic.name(), partition)));
        return Set.copyOf(wanted);
    }

    private void assign(Consumer<byte[], byte[]> to, Set<TopicPartition> before, Set<TopicPartition> wanted) {
        to.assign(wanted);
        var unplaced = new ArrayList<TopicPartition>();
        for (var partition : wanted) {
            var position = positions.get(partition);
            if (position == null) {
                unplaced.add(partition);
            } else if (!before.contains(partition)) {
                to.seek(partition, position);
            }
        }
        if (!unplaced.isEmpty()) {
            to.seekToEnd(unplaced);
        }
    }

    /** Asks for the positions without waiting, so that a partition without a leader holds up no other. */
    private void place(Consumer<byte[], byte[]> in, Set<TopicPartition> wanted) {
        for (var partition : wanted) {
            if (!positions.containsKey(partition)) {
                try {
                    positions.put(partition, in.position(partition, Duration.ZERO));
                } catch (TimeoutException e) {
                    continue; // not known yet; the next round asks again
                }
                placed.computeIfAbsent(partition.partition(), _ -> new CompletableFuture<>())
                        .complete(null);
            }
        }
    }

    private void offer(ConsumerRecords<byte[], byte[]> records) {
        var turns = new Turns();
        for (var partition : records.partitions()) {
            var batch = records.records(partition);
            for (var record : batch) {
                if (record.key() != null) {
                    offer(record, turns);
                }
            }
            positions.computeIfPresent(partition, (_, _) -> batch.getLast().offset() + 1);
        }
        turns.run();
    }

    private void offer(ConsumerRecord<byte[], byte[]> record, Turns turns) {
        var waiting = feeds.of(record.key());
        if (waiting.isEmpty()) {
            return;
        }
        if (!codec.decodesAtOnce(record.value())) {
            waiting.forEach(feed -> turns.add(feed, feed.fallBehind(record.offset())));
            return;
        }
        switch (codec.decode(record.value())) {
            case Value<InferenceResult>(var value) ->
                waiting.forEach(
                        feed -> turns.add(feed, feed.offer(record.offset(), value, record.serializedValueSize())));
            case Undecodable<InferenceResult>(var reason) -> {
                undecodable.increment();
                LOG.atDebug()
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
        wakeUp();
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        placed.values().forEach(place -> place.cancel(false));
    }
}
