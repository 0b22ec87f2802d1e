package dev.millrace.ops.client;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.job.ResultFold;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Follows the output topic as an ordinary consumer does. Calls block; not thread-safe. */
public final class ResultsTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RegistryClient registry;
    private final AvroCodec<InferenceResult> codec;
    private final Topic<InferenceResult> topic;

    public ResultsTail(Map<String, Object> clientProperties, RegistryConfig registry, Topic<InferenceResult> topic) {
        var properties = new HashMap<>(clientProperties);
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.registry = new RegistryClient(registry);
        this.codec = new AvroCodec<>(this.registry, topic);
        this.topic = topic;
    }

    /** Hears of every record, in the order of its partition. */
    public interface Visitor {
        void onRecord(int partition, long offset, InferenceResult record);

        void onUndecodable(int partition, long offset, String reason);
    }

    /** Follows all jobs until the thread is interrupted. */
    public void followAll(boolean fromBeginning, Visitor visitor) {
        var partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        while (!Thread.currentThread().isInterrupted()) {
            consumer.poll(POLL).forEach(record -> visit(record, visitor));
        }
    }

    /** Follows one job from its first record on the log to its end. */
    public void followJob(JobId job, Visitor visitor) {
        var partition = new TopicPartition(topic.name(), job.resultsPartition(topic.partitions()));
        consumer.assign(List.of(partition));
        seek(job, partition);
        var key = job.value().getBytes(StandardCharsets.UTF_8);
        ResultFold fold = null;
        while (!Thread.currentThread().isInterrupted()) {
            for (var record : consumer.poll(POLL)) {
                if (Arrays.equals(record.key(), key)) {
                    var result = visit(record, visitor);
                    fold = result == null ? fold : fold(fold, result);
                    if (fold != null && fold.ended()) {
                        return;
                    }
                }
            }
        }
    }

    private void seek(JobId job, TopicPartition partition) {
        long startMillis = Math.max(0, job.createdAtMillis().orElse(0) - CLOCK_SKEW.toMillis());
        var start = consumer.offsetsForTimes(Map.of(partition, startMillis)).get(partition);
        if (start == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, start.offset());
        }
    }

    private static ResultFold fold(@Nullable ResultFold fold, InferenceResult result) {
        var using = fold == null ? new ResultFold(new AccountId(result.getAccount())) : fold;
        using.apply(result);
        return using;
    }

    private @Nullable InferenceResult visit(ConsumerRecord<byte[], byte[]> record, Visitor visitor) {
        return switch (codec.decode(record.value())) {
            case Value<InferenceResult>(var value) -> {
                visitor.onRecord(record.partition(), record.offset(), value);
                yield value;
            }
            case Undecodable<InferenceResult>(var reason) -> {
                visitor.onUndecodable(record.partition(), record.offset(), reason);
                yield null;
            }
        };
    }

    @Override
    public void close() {
        consumer.close();
        registry.close();
    }
}
