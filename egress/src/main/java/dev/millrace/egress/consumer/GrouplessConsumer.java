package dev.millrace.egress.consumer;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer that has no group to leave, and closes without waiting for a fetch that the broker holds: it answers a connection's requests one by
 * one, and would tell the end of the fetch session only after it.
 */
final class GrouplessConsumer extends KafkaConsumer<byte[], byte[]> {
    private static final Duration CLOSES_WITHIN = Duration.ofMillis(100);

    GrouplessConsumer(Map<String, Object> properties) {
        super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        close(CloseOptions.timeout(CLOSES_WITHIN));
    }
}
