package dev.millrace.ops.chaos.load;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.TextPart;
import dev.millrace.ops.chaos.stage.Stage;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Submits on the topic, as a client that is allowed to. Thread-safe. */
final class TopicDoor implements AutoCloseable {
    private final RegistryClient registry;
    private final AvroCodec<InferenceRequest> codec;
    private final Topic<InferenceRequest> topic;
    private final KafkaProducer<String, byte[]> producer;

    TopicDoor(Stage stage) {
        this.registry = new RegistryClient(RegistryConfig.of(stage.registry()));
        this.topic = stage.topics().requests();
        this.codec = new Codecs(registry).codec(topic);
        var settings = KafkaConnection.plain(stage.bootstrap()).properties();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** Submits a chat under a job id of the client's own; completes when the log has it. */
    CompletableFuture<Void> submit(String jobId, Wish wish) {
        var request = InferenceRequest.newBuilder()
                .setAccount(wish.account())
                .setJobId(jobId)
                .setModel(Stage.PROVIDER + "/" + wish.model().name())
                .setDelivery(Delivery.newBuilder()
                        .setStream(true)
                        .setAcceptRestart(wish.acceptsRestart())
                        .build())
                .setInput(conversation(wish.prompt()))
                .build();
        var done = new CompletableFuture<Void>();
        var _ = producer.send(
                new ProducerRecord<>(topic.name(), wish.account(), codec.encode(request)), (_, failure) -> {
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
        return done;
    }

    private static ChatInput conversation(String text) {
        var part = Part.newBuilder()
                .setContent(TextPart.newBuilder().setText(text).build())
                .build();
        var message =
                Message.newBuilder().setRole("user").setParts(List.of(part)).build();
        return ChatInput.newBuilder().setMessages(List.of(message)).build();
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
    }
}
