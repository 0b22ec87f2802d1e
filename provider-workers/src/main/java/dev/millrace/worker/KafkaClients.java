package dev.millrace.worker;

import dev.millrace.topic.KafkaConnection;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka clients of a worker, with every setting that matters on the token path. */
final class KafkaClients {
    private KafkaClients() {}

    /**
     * Orders. Reads uncommitted records: a call may start before the router's transaction commits. If that transaction aborts, the order is
     * decided again and found to be known.
     */
    static Consumer<byte[], byte[]> orders(KafkaConnection kafka, WorkerConfig config) {
        var properties = kafka.properties();
        properties.putAll(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                "provider-workers-" + config.pool(),
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                GroupProtocol.CONSUMER.name(),
                ConsumerConfig.CLIENT_ID_CONFIG,
                "worker-" + config.workerId(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_uncommitted",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                256));
        // The default assignor counts partitions over both lanes and may give one worker all the interactive ones.
        properties.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Cancels: every worker reads all of them, without a group. */
    static Consumer<byte[], byte[]> control(KafkaConnection kafka, WorkerConfig config) {
        var properties = kafka.properties();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "worker-control-" + config.workerId());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Chunks, terminals, outcomes: durable, in order, without waiting for company. */
    static Producer<byte[], byte[]> output(KafkaConnection kafka, WorkerConfig config) {
        var properties = kafka.properties();
        properties.putAll(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "worker-" + config.workerId(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                5,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                config.compression(),
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                Math.max(33_554_432L, config.maxUnsentBytes() * 4),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                2 * 1024 * 1024,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                10_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                60_000));
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
        // A topic's metadata must not be forgotten over a quiet night: the next send would wait for it on an event
        // loop.
        properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, 7L * 24 * 3600 * 1000);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
