package dev.millrace.ops.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Ordinary Kafka clients, with string keys and values. */
record KafkaFixture(String bootstrapServers) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    Producer<String, String> producer(Map<String, Object> settings) {
        var all = new java.util.HashMap<String, Object>(settings);
        all.put("bootstrap.servers", bootstrapServers);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    Consumer<String, String> consumer(Map<String, Object> settings) {
        var all = new java.util.HashMap<String, Object>(settings);
        all.put("bootstrap.servers", bootstrapServers);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    void createTopic(String name, int partitions) throws InterruptedException, ExecutionException {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    void send(String topic, String... values) throws InterruptedException, ExecutionException {
        try (var producer = producer(Map.of("acks", "all"))) {
            for (var value : values) {
                producer.send(new ProducerRecord<>(topic, value, value)).get();
            }
        }
    }

    /** All committed values of partition 0, in order. */
    List<String> readCommitted(String topic) {
        var partition = new TopicPartition(topic, 0);
        try (var consumer = consumer(Map.of("isolation.level", "read_committed", "auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            var values = new ArrayList<String>();
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(partition) < end && System.nanoTime() < deadlineNanos) {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> values.add(r.value()));
            }
            return values;
        }
    }
}
