import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TextPart;
import dev.millrace.job.AccountId;
import dev.millrace.job.ResultFold;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Submits one inference job on {@code inference-requests} and prints its tokens from {@code inference-results} as they come, with
 * nothing but kafka-clients, Avro and the serdes of millrace-schemas. Confluent's own Avro serdes work as well: the wire format is
 * theirs.
 *
 * <pre>java --class-path "CLASSPATH" docs/examples/java/TopicClient.java "Why do mills stand by rivers?"</pre>
 *
 * Ends with 0 when the job completed, else with 1. The text goes to stdout, everything else to stderr.
 */
public final class TopicClient {
    private TopicClient() {}

    public static void main(String[] args) throws Exception {
        var prompt = args.length > 0 ? args[0] : "Why do mills stand by rivers?";
        var brokers = setting("MILLRACE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092");
        var registryUrl = setting("MILLRACE_REGISTRY_URLS", "http://127.0.0.1:8081");
        var account = setting("MILLRACE_ACCOUNT", "dev");
        var jobId = setting("MILLRACE_JOB_ID", "example-" + UUID.randomUUID());
        var request = request(jobId, account, setting("MILLRACE_MODEL", "local/echo"), prompt);

        var topics = new TopicCatalogue(TopicSettings.DEFAULTS);
        try (var registry = new RegistryClient(RegistryConfig.of(URI.create(registryUrl)))) {
            var codecs = new Codecs(registry);
            var results = codecs.serde(topics.results()).deserializer();
            try (var consumer = new KafkaConsumer<>(clients(brokers), new StringDeserializer(), results)) {
                // 1. Stand at the end of the results: whatever the job writes comes after.
                var partitions = consumer.partitionsFor(topics.results().name()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
                consumer.assign(partitions);
                consumer.seekToEnd(partitions);
                partitions.forEach(consumer::position);

                // 2. Submit. The key is the account, so that one router task sees everything about it.
                var requests = codecs.serde(topics.requests()).serializer();
                try (var producer = new KafkaProducer<>(clients(brokers), new StringSerializer(), requests)) {
                    producer.send(new ProducerRecord<>(topics.requests().name(), account, request)).get();
                }
                System.err.println("submitted " + jobId);

                // 3. Read until the job's end.
                var terminal = follow(consumer, jobId, account);
                System.err.println(terminal.getStatus() + ", cost " + terminal.getCostNanos() + " nano-dollars");
                if (terminal.getError() != null) {
                    System.err.println(terminal.getError().getCode() + ": " + terminal.getError().getMessage());
                }
                System.exit(terminal.getStatus() == JobStatus.COMPLETED ? 0 : 1);
            }
        }
    }

    /** Only account, model and input are required; every other field has a default. */
    private static InferenceRequest request(String jobId, String account, String model, String prompt) {
        var text = Part.newBuilder().setContent(TextPart.newBuilder().setText(prompt).build()).build();
        var message = Message.newBuilder().setRole("user").setParts(List.of(text)).build();
        return InferenceRequest.newBuilder()
                .setJobId(jobId)
                .setAccount(account)
                .setCorrelationId("topic-client-example")
                .setModel(model)
                .setDelivery(Delivery.newBuilder().setStream(true).build())
                .setInput(ChatInput.newBuilder().setMessages(List.of(message)).build())
                .build();
    }

    /** Prints the job's text; the fold drops what is stale or repeated and knows the end. */
    private static Terminal follow(KafkaConsumer<String, InferenceResult> consumer, String jobId, String account) {
        var fold = new ResultFold(new AccountId(account));
        while (true) {
            for (var record : consumer.poll(Duration.ofSeconds(1))) {
                if (jobId.equals(record.key()) && fold.apply(record.value()) instanceof ResultFold.Accepted step) {
                    if (step.restarted()) {
                        System.err.println("\nrestarted: what was printed before is void");
                    }
                    for (var delta : step.record().getDeltas()) {
                        if (delta.getContent() instanceof TextDelta piece) {
                            System.out.print(piece.getText());
                            System.out.flush();
                        }
                    }
                    if (step.record().getTerminal() != null) {
                        System.out.println();
                        return step.record().getTerminal();
                    }
                }
            }
        }
    }

    private static Map<String, Object> clients(String brokers) {
        return Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", 0, "enable.auto.commit", false);
    }

    private static String setting(String variable, String otherwise) {
        var value = System.getenv(variable);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
