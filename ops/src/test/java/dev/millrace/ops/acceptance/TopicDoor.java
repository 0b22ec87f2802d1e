package dev.millrace.ops.acceptance;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.TextPart;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Plain Kafka clients of the topics, and our serdes. Calls block; thread-safe. */
final class TopicDoor implements AutoCloseable {
    /** Account of the development key, and of everything these tests submit. */
    static final String ACCOUNT = "dev";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String bootstrap;
    private final RegistryClient registry;
    private final Codecs codecs;
    private final TopicCatalogue topics = new TopicCatalogue(TopicSettings.DEFAULTS.singleReplica());
    private final KafkaProducer<String, byte[]> producer;

    TopicDoor(String bootstrap, URI registryUrl) {
        this.bootstrap = bootstrap;
        this.registry = new RegistryClient(RegistryConfig.of(registryUrl));
        this.codecs = new Codecs(registry);
        var settings = KafkaConnection.plain(bootstrap).properties();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    static TopicDoor of(Endpoints endpoints) {
        return new TopicDoor(endpoints.kafka(), endpoints.registry());
    }

    TopicCatalogue topics() {
        return topics;
    }

    Codecs codecs() {
        return codecs;
    }

    /** A request for one chat turn; streamed, and everything else left to its default. */
    static InferenceRequest.Builder chat(String model, String text) {
        return request(model, conversation(text));
    }

    /** The same with a script for the built-in vendor. */
    static InferenceRequest.Builder chat(Script script, String text) {
        var conversation = ChatInput.newBuilder(conversation(text))
                .setExtensions(Map.of("local", HttpDoor.write(script.local())))
                .build();
        return request(script.model(), conversation);
    }

    private static InferenceRequest.Builder request(String model, ChatInput input) {
        return InferenceRequest.newBuilder()
                .setAccount(ACCOUNT)
                .setModel(model)
                .setDelivery(Delivery.newBuilder().setStream(true).build())
                .setInput(input);
    }

    private static ChatInput conversation(String text) {
        var part = Part.newBuilder()
                .setContent(TextPart.newBuilder().setText(text).build())
                .build();
        var message =
                Message.newBuilder().setRole("user").setParts(List.of(part)).build();
        return ChatInput.newBuilder().setMessages(List.of(message)).build();
    }

    RecordMetadata submit(InferenceRequest request) {
        return submit(request, Map.of());
    }

    RecordMetadata submit(InferenceRequest request, Map<String, String> headers) {
        var record = new ProducerRecord<>(
                topics.requests().name(),
                request.getAccount(),
                codecs.codec(topics.requests()).encode(request));
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return send(record);
    }

    /** Publishes any bytes; returns when the log has them. */
    RecordMetadata send(String topic, @Nullable String key, byte @Nullable [] value) {
        return send(new ProducerRecord<>(topic, key, value));
    }

    private RecordMetadata send(ProducerRecord<String, byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(record.topic(), e.getCause());
        }
    }

    /** Follows the results of one job of {@link #ACCOUNT} from the beginning of the topic until its end. */
    FoldedJob awaitEnd(String jobId) {
        var job = new FoldedJob(jobId, ACCOUNT);
        read(topics.results().name(), record -> {
            if (jobId.equals(record.key())) {
                job.add(record.value(), codecs.codec(topics.results()));
            }
            return job.ended();
        });
        return job;
    }

    /**
     * The jobs as the results topic tells them up to its present end.
     *
     * @param accounts account of each job of interest
     */
    Map<String, FoldedJob> fold(Map<String, String> accounts) {
        var jobs = new HashMap<String, FoldedJob>();
        accounts.forEach((id, account) -> jobs.put(id, new FoldedJob(id, account)));
        readToEnd(topics.results().name(), record -> {
            var job = jobs.get(Objects.requireNonNullElse(record.key(), ""));
            if (job != null) {
                job.add(record.value(), codecs.codec(topics.results()));
            }
        });
        return jobs;
    }

    /** The values of a topic up to its present end, in the order of its partitions; tombstones are left out. */
    <V extends SpecificRecord> List<V> values(Topic<V> topic) {
        var codec = codecs.codec(topic);
        var values = new ArrayList<V>();
        readToEnd(topic.name(), record -> {
            if (record.value() != null && codec.decode(record.value()) instanceof AvroCodec.Value<V>(var value)) {
                values.add(value);
            }
        });
        return values;
    }

    /** The first record, from the beginning of the topic, that {@code wanted} accepts. */
    ConsumerRecord<String, byte[]> await(String topic, Predicate<ConsumerRecord<String, byte[]>> wanted) {
        var found = new ArrayList<ConsumerRecord<String, byte[]>>();
        read(topic, record -> {
            if (wanted.test(record)) {
                found.add(record);
            }
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    /** Every committed record of the topic up to its present end. */
    void readToEnd(String topic, Consumer<ConsumerRecord<String, byte[]>> reader) {
        try (var consumer = consumer(topic)) {
            var ends = consumer.endOffsets(consumer.assignment());
            long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
            while (behind(consumer, ends)) {
                require(System.nanoTime() < giveUpNanos, "could not read all of " + topic);
                consumer.poll(Duration.ofMillis(100)).forEach(reader);
            }
        }
    }

    private static boolean behind(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private void read(String topic, Predicate<ConsumerRecord<String, byte[]>> done) {
        try (var consumer = consumer(topic)) {
            long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < giveUpNanos) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (done.test(record)) {
                        return;
                    }
                }
            }
            throw new AssertionError("not seen on " + topic + " within " + PATIENCE);
        }
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

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
    }
}
