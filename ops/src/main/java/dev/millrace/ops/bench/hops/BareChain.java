package dev.millrace.ops.bench.hops;

import dev.millrace.topic.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The physical floor: three produce-to-consume hops over the same broker with no logic in between. Producers wait for all replicas, as
 * the pipeline's do, and nothing lingers.
 *
 * <p>One call at a time; not thread-safe.
 */
public final class BareChain implements Sample, AutoCloseable {
    private static final int HOPS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Relay> relays = new ArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String first;
    private final byte[] payload;
    private final String name;

    /** Creates the chain's topics, with names of their own, and starts the two relays between the hops. */
    public BareChain(String name, KafkaConnection kafka, int payloadBytes) {
        this.name = name;
        var prefix = "bench-chain-" + UUID.randomUUID() + "-";
        createTopics(kafka, prefix);
        first = prefix + 1;
        payload = "x".repeat(payloadBytes).getBytes(StandardCharsets.US_ASCII);
        producer = producer(kafka);
        consumer = consumer(kafka, prefix + HOPS);
        for (int hop = 1; hop < HOPS; hop++) {
            relays.add(new Relay(consumer(kafka, prefix + hop), producer(kafka), prefix + (hop + 1)));
        }
        relays.forEach(Thread::start);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Measured call() {
        long startNanos = System.nanoTime();
        var _ = producer.send(new ProducerRecord<>(first, payload)); // a lost record shows as a call that times out
        long giveUpNanos = startNanos + PATIENCE.toNanos();
        while (System.nanoTime() < giveUpNanos) {
            var records = consumer.poll(PATIENCE);
            if (!records.isEmpty()) {
                long endNanos = System.nanoTime();
                var value = records.iterator().next().value();
                return new Measured(endNanos - startNanos, endNanos - startNanos, value.length + " bytes");
            }
        }
        throw new IllegalStateException("the chain lost a record");
    }

    private static void createTopics(KafkaConnection kafka, String prefix) {
        var topics = new ArrayList<NewTopic>();
        for (int hop = 1; hop <= HOPS; hop++) {
            topics.add(new NewTopic(prefix + hop, 1, (short) 1));
        }
        try (var admin = Admin.create(kafka.properties())) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create the chain's topics", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating the chain's topics", e);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaConnection kafka) {
        var properties = kafka.properties();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaConnection kafka, String topic) {
        var properties = kafka.properties();
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(new TopicPartition(topic, 0)));
        return consumer;
    }

    /** Consumes one topic and produces each value to the next. */
    private static final class Relay extends Thread {
        private final KafkaConsumer<byte[], byte[]> from;
        private final KafkaProducer<byte[], byte[]> producer;
        private final String to;
        private volatile boolean stopped;

        Relay(KafkaConsumer<byte[], byte[]> from, KafkaProducer<byte[], byte[]> producer, String to) {
            super("bench-relay-" + to);
            this.from = from;
            this.producer = producer;
            this.to = to;
        }

        @Override
        public void run() {
            while (!stopped) {
                for (var record : from.poll(Duration.ofMillis(200))) {
                    var _ = producer.send(new ProducerRecord<>(to, record.value()));
                }
            }
            from.close();
            producer.close();
        }

        void finish() throws InterruptedException {
            stopped = true;
            join();
        }
    }

    @Override
    public void close() {
        try {
            for (var relay : relays) {
                relay.finish();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        consumer.close();
    }
}
