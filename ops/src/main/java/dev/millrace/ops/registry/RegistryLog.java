package dev.millrace.ops.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The registry's topic: one partition, compacted, written by this process alone.
 *
 * <p>Not safe for use by several threads.
 */
final class RegistryLog implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int WRITE_TIMEOUT_MILLIS = 8_000;

    private final String bootstrapServers;
    private final TopicPartition partition;
    private final Producer<String, String> producer;

    private RegistryLog(String bootstrapServers, TopicPartition partition, Producer<String, String> producer) {
        this.bootstrapServers = bootstrapServers;
        this.partition = partition;
        this.producer = producer;
    }

    /**
     * Makes the topic when missing.
     *
     * @throws RegistryStartException when the cluster does not answer or the topic is not as it must be
     */
    static RegistryLog open(String bootstrapServers, String topic) {
        try (var admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "request.timeout.ms",
                Integer.toString(5_000),
                "default.api.timeout.ms",
                Long.toString(PATIENCE.toMillis())))) {
            if (partitions(admin, topic) != 1) {
                throw new RegistryStartException("The registry's topic " + topic
                        + " must have one partition, for its order is the order of changes: choose another name.");
            }
        } catch (ExecutionException e) {
            throw new RegistryStartException(
                    "The registry's topic " + topic + " cannot be had at " + bootstrapServers + " (" + e.getCause()
                            + "): check that Kafka runs there.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryStartException("Interrupted while the registry's topic was made.", e);
        }
        return new RegistryLog(bootstrapServers, new TopicPartition(topic, 0), producer(bootstrapServers));
    }

    private static int partitions(Admin admin, String topic) throws InterruptedException, ExecutionException {
        var wanted = new NewTopic(topic, Optional.of(1), Optional.empty()).configs(Map.of("cleanup.policy", "compact"));
        try {
            // Not described when new: the broker may hear of the topic a little later than the controller answers.
            return admin.createTopics(List.of(wanted)).numPartitions(topic).get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        var found = admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
        return Objects.requireNonNull(found).get().partitions().size();
    }

    private static Producer<String, String> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "client.id",
                        "millrace-registry",
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        0,
                        "max.block.ms",
                        WRITE_TIMEOUT_MILLIS,
                        "request.timeout.ms",
                        WRITE_TIMEOUT_MILLIS / 2,
                        "delivery.timeout.ms",
                        WRITE_TIMEOUT_MILLIS),
                new StringSerializer(),
                new StringSerializer());
    }

    /**
     * Writes the changes in this order and waits until all are durable.
     *
     * @throws RegistryRefusal when that is not certain: then some, all or none are on the log
     */
    void append(List<RegistryRecord> changes) {
        try {
            var pending = new ArrayList<Future<RecordMetadata>>();
            for (var change : changes) {
                var encoded = RegistryRecordCodec.encode(change);
                pending.add(producer.send(new ProducerRecord<>(partition.topic(), 0, encoded.key(), encoded.value())));
            }
            for (var each : pending) {
                each.get();
            }
        } catch (ExecutionException | KafkaException e) {
            throw RegistryError.STORE_FAILED.refusal("Error in the backend data store: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryError.STORE_FAILED.refusal("Interrupted while writing to the backend data store");
        }
    }

    /**
     * Everything on the log, folded.
     *
     * @throws RegistryRefusal when the log cannot be read to its end in time
     * @throws RegistryStartException when a record is not of the registry's format
     */
    RegistryState replay() {
        var state = new RegistryState();
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
        settings.put("auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(partition) < end) {
                if (System.nanoTime() > deadlineNanos) {
                    throw RegistryError.STORE_FAILED.refusal("The backend data store could not be read in time");
                }
                consumer.poll(Duration.ofMillis(100)).forEach(found -> apply(state, found));
            }
        } catch (KafkaException e) {
            throw RegistryError.STORE_FAILED.refusal("Error in the backend data store: " + e.getMessage());
        }
        return state;
    }

    private static void apply(RegistryState state, ConsumerRecord<String, String> found) {
        try {
            RegistryRecordCodec.decode(found.key(), found.value()).ifPresent(state::apply);
        } catch (IllegalArgumentException | RegistryRefusal e) {
            // To skip it could mean to give out an id twice.
            throw new RegistryStartException(
                    "The record at offset " + found.offset() + " of " + found.topic() + " is not a registry's ("
                            + e.getMessage() + "): choose another topic.",
                    e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}
