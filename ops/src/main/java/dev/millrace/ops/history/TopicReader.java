package dev.millrace.ops.history;

import dev.millrace.avro.CreditBalance;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads whole topics as any committed reader does. Calls block; thread-safe. */
public final class TopicReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String bootstrap;
    private final TopicCatalogue topics;
    private final RegistryClient registry;
    private final Codecs codecs;

    public TopicReader(String bootstrap, RegistryConfig registry, TopicCatalogue topics) {
        this.bootstrap = bootstrap;
        this.topics = topics;
        this.registry = new RegistryClient(registry);
        this.codecs = new Codecs(this.registry);
    }

    public TopicCatalogue topics() {
        return topics;
    }

    Codecs codecs() {
        return codecs;
    }

    /**
     * The values of a topic up to its present end, in the order of its partitions; tombstones are left out.
     *
     * @param undecodable told where a record is that does not decode, and why
     * @throws KafkaException when its end is not reached in a minute
     */
    public <V extends SpecificRecord> List<V> values(Topic<V> topic, Consumer<String> undecodable) {
        var codec = codecs.codec(topic);
        var values = new ArrayList<V>();
        try (var consumer = consumer(topic.name())) {
            var ends = consumer.endOffsets(consumer.assignment());
            long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() - giveUpNanos > 0) {
                    throw new KafkaException("The end of " + topic.name() + " was not reached within " + PATIENCE);
                }
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.value() == null) {
                        continue;
                    }
                    switch (codec.decode(record.value())) {
                        case Value<V>(var value) -> values.add(value);
                        case Undecodable<V>(var reason) ->
                            undecodable.accept(record.topic() + "-" + record.partition() + " offset " + record.offset()
                                    + ": " + reason);
                    }
                }
            }
        }
        return values;
    }

    /** Every request on the log that can be read. */
    public List<Submit> submits() {
        return values(topics.requests(), _ -> {}).stream()
                .map(request -> new Submit(
                        request.getJobId(),
                        request.getAccount(),
                        request.getIdempotencyKey() == null ? "" : request.getIdempotencyKey()))
                .toList();
    }

    /** The last balance of each account. */
    public Map<String, CreditBalance> balances(Consumer<String> undecodable) {
        var balances = new HashMap<String, CreditBalance>();
        values(topics.balances(), undecodable).forEach(balance -> balances.put(balance.getAccount(), balance));
        return balances;
    }

    /** A consumer of all partitions from their beginning; the caller closes it. */
    KafkaConsumer<String, byte[]> consumer(String topic) {
        var settings = KafkaConnection.plain(bootstrap).properties();
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        var partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    @Override
    public void close() {
        registry.close();
    }
}
