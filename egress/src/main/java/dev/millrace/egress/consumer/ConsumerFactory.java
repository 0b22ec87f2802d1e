package dev.millrace.egress.consumer;

import dev.millrace.topic.KafkaConnection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Makes consumers that belong to no group and commit nothing. Thread-safe. */
@FunctionalInterface
public interface ConsumerFactory {
    /**
     * A new consumer, the caller's to close.
     *
     * @param purpose part of the client id, for logs and metrics
     * @param settings what differs from the defaults here: no linger on the broker ({@code fetch.min.bytes} 1), from the beginning
     *     where a position is gone, calls give up after 15 s
     */
    Consumer<byte[], byte[]> create(String purpose, Map<String, Object> settings);

    /** A factory for one cluster. */
    static ConsumerFactory of(KafkaConnection kafka) {
        var number = new AtomicLong();
        return (purpose, settings) -> {
            var properties = kafka.properties();
            properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-" + purpose + "-" + number.incrementAndGet());
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
            properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
            properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
            properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
            properties.putAll(settings);
            return new GrouplessConsumer(properties);
        };
    }
}
