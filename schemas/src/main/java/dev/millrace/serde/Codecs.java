package dev.millrace.serde;

import dev.millrace.registry.RegistryClient;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;

/** One codec per topic, made on first use. Thread-safe. */
public final class Codecs {
    private final RegistryClient registry;
    private final Map<String, AvroCodec<?>> byTopic = new ConcurrentHashMap<>();

    public Codecs(RegistryClient registry) {
        this.registry = registry;
    }

    @SuppressWarnings("unchecked") // a topic's name decides its value type
    public <T extends SpecificRecord> AvroCodec<T> codec(Topic<T> topic) {
        return (AvroCodec<T>) byTopic.computeIfAbsent(topic.name(), name -> new AvroCodec<>(registry, topic));
    }

    public <T extends SpecificRecord> AvroSerde<T> serde(Topic<T> topic) {
        return new AvroSerde<>(codec(topic));
    }

    /**
     * Registers the schemas of all topics, so that a process fails at its start and not at its first record.
     *
     * @throws dev.millrace.registry.RegistryException when the registry refuses one or does not answer
     */
    public void registerAll(TopicCatalogue catalogue) {
        for (var topic : catalogue.all()) {
            codec(topic).register();
        }
    }
}
