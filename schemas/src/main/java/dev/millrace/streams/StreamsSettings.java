package dev.millrace.streams;

import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may choose about one Streams application; the rest is fixed here because the path of a call depends on it.
 *
 * @param stateDir where RocksDB lives; each process needs its own
 * @param instanceId static name of this process within the group, so that a restart takes its tasks back at once; null: none
 * @param threads stream threads, 1-64; default 1
 * @param guarantee default exactly once
 * @param groupProtocol classic knows static membership and warm-up replicas; default classic
 * @param standbys copies of every store on other instances, 0-3; default 0
 * @param commitInterval 10 ms - 30 s; default 500 ms. Nothing on the path of a call waits
 *     for it, and a transaction costs the brokers the same whether it holds three records or three hundred
 * @param poll how long an idle thread sleeps: the resolution of timers, 1 ms - 1 s; default 50 ms. A record wakes it
 *     at once; a shorter sleep only costs idle CPU
 * @param sessionTimeout after which a silent member's tasks move, 1 s - 5 min; default 3 s. Classic protocol only
 * @param transactionTimeout after which a dead writer's transaction no longer holds readers back, 1 s - 15 min; default 6 s
 * @param rocksDbBytes block cache and write buffers of all stores of the process together, 8 MiB and more; default 128 MiB
 */
public record StreamsSettings(
        Path stateDir,
        @Nullable String instanceId,
        int threads,
        ProcessingGuarantee guarantee,
        GroupProtocol groupProtocol,
        int standbys,
        Duration commitInterval,
        Duration poll,
        Duration sessionTimeout,
        Duration transactionTimeout,
        long rocksDbBytes) {
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final int HEARTBEATS_PER_SESSION = 4;

    /**
     * The first writes of a transaction are refused until the markers of the one before are on all partitions (KIP-890). Kafka's own 100 ms
     * to 1 s between two tries would be added to the first call after each commit.
     */
    private static final int RETRY_MILLIS = 10;

    private static final int RETRY_MAX_MILLIS = 100;

    /** A job's state may hold a whole request beside its own fields. */
    private static final int MAX_STATE_BYTES = 4 * 1024 * 1024;

    /**
     * Changes of a store wait here for the commit, so that what changes several times in one transaction is written once, and everything in
     * few batches. What does not fit is written earlier.
     */
    private static final long CACHE_BYTES = 32L << 20;

    /** A commit writes the changes of all stores at once. */
    private static final int BATCH_BYTES = 64 * 1024;

    /** How group members find their tasks. */
    public enum GroupProtocol {
        CLASSIC,
        /** KIP-1071: assignment by the broker; no static membership, no warm-up replicas. */
        STREAMS
    }

    public StreamsSettings {
        if (instanceId != null && !INSTANCE.matcher(instanceId).matches()) {
            throw new IllegalArgumentException("streams.instance-id: must match " + INSTANCE);
        }
        requireRange("streams.threads", threads, 1, 64);
        requireRange("streams.standbys", standbys, 0, 3);
        requireRange("streams.commit-interval", commitInterval, Duration.ofMillis(10), Duration.ofSeconds(30));
        requireRange("streams.poll", poll, Duration.ofMillis(1), Duration.ofSeconds(1));
        requireRange("streams.session-timeout", sessionTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
        requireRange("streams.transaction-timeout", transactionTimeout, Duration.ofSeconds(1), Duration.ofMinutes(15));
        if (rocksDbBytes < 8L << 20) {
            throw new IllegalArgumentException("streams.rocks-db-bytes: must be at least 8 MiB, got " + rocksDbBytes);
        }
    }

    /** Defaults with state under {@code stateDir}. */
    public static StreamsSettings of(Path stateDir) {
        return new StreamsSettings(
                stateDir,
                null,
                1,
                ProcessingGuarantee.EXACTLY_ONCE,
                GroupProtocol.CLASSIC,
                0,
                Duration.ofMillis(500),
                Duration.ofMillis(50),
                Duration.ofSeconds(3),
                Duration.ofSeconds(6),
                128L << 20);
    }

    /** The same with another guarantee. */
    public StreamsSettings withGuarantee(ProcessingGuarantee other) {
        return new StreamsSettings(
                stateDir,
                instanceId,
                threads,
                other,
                groupProtocol,
                standbys,
                commitInterval,
                poll,
                sessionTimeout,
                transactionTimeout,
                rocksDbBytes);
    }

    /** The same under another static name; null: none. */
    public StreamsSettings withInstanceId(@Nullable String other) {
        return new StreamsSettings(
                stateDir,
                other,
                threads,
                guarantee,
                groupProtocol,
                standbys,
                commitInterval,
                poll,
                sessionTimeout,
                transactionTimeout,
                rocksDbBytes);
    }

    /**
     * Everything {@code KafkaStreams} needs to know.
     *
     * @param replicationFactor of changelogs
     */
    @SuppressWarnings("deprecation") // the switch of KIP-1033's global handler, which goes when it becomes the rule
    public Properties properties(String applicationId, KafkaConnection kafka, short replicationFactor) {
        var properties = new Properties();
        properties.putAll(kafka.properties());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replicationFactor);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee.kafkaName());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        properties.put(StreamsConfig.POLL_MS_CONFIG, poll.toMillis());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDbMemory.class);
        properties.put(SharedRocksDbMemory.BYTES_CONFIG, rocksDbBytes);
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, TopicCatalogue.DEAD_LETTERS);
        properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), MAX_STATE_BYTES);
        putProducer(properties);
        putGroup(properties);
        return properties;
    }

    private void putProducer(Properties properties) {
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 2 * MAX_STATE_BYTES);
        if (guarantee != ProcessingGuarantee.AT_LEAST_ONCE) {
            properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int)
                    transactionTimeout.toMillis());
            properties.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_MILLIS);
            properties.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG), RETRY_MAX_MILLIS);
        }
    }

    private void putGroup(Properties properties) {
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, groupProtocol.name().toLowerCase(Locale.ROOT));
        if (groupProtocol == GroupProtocol.STREAMS) {
            return;
        }
        var sessionMillis = (int) sessionTimeout.toMillis();
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), sessionMillis);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                sessionMillis / HEARTBEATS_PER_SESSION);
        if (instanceId != null) {
            properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
        }
    }

    private static void requireRange(String path, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(path + ": must be " + min + ".." + max + ", got " + value);
        }
    }

    private static void requireRange(String path, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(path + ": must be " + min + ".." + max + ", got " + value);
        }
    }
}
