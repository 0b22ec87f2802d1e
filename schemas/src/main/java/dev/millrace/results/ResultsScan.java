package dev.millrace.results;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.JobId;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the records of one job from the results log, from the time of its submit to the end of the log at the time of the call.
 *
 * <p>The log is the only index: the partition comes from the job id, the start from its time. Records of other jobs are skipped by
 * key without being decoded. Not thread-safe; one instance per thread; calls block.
 */
public final class ResultsScan implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    /** Clocks of the writers may differ by this much. */
    public static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroCodec<InferenceResult> codec;
    private final Topic<InferenceResult> topic;

    public ResultsScan(KafkaConnection kafka, Topic<InferenceResult> topic, AvroCodec<InferenceResult> codec) {
        var properties = kafka.properties();
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.codec = codec;
        this.topic = topic;
    }

    /** Receives records in log order; returns false to stop. */
    @FunctionalInterface
    public interface Visitor {
        boolean visit(long offset, InferenceResult record);
    }

    /**
     * Visits the job's records.
     *
     * @param fromMillis where to begin when the id does not tell its own time
     * @return offset after the last record looked at: a reader that goes on from here misses nothing
     */
    public long scan(JobId job, long fromMillis, Visitor visitor) {
        var partition = new TopicPartition(topic.name(), job.resultsPartition(topic.partitions()));
        long startMillis = Math.max(0, job.createdAtMillis().orElse(fromMillis) - CLOCK_SKEW.toMillis());
        consumer.assign(List.of(partition));
        long end =
                Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
        var start = consumer.offsetsForTimes(Map.of(partition, startMillis)).get(partition);
        if (start == null) {
            return end;
        }
        consumer.seek(partition, start.offset());
        var key = job.value().getBytes(StandardCharsets.UTF_8);
        while (consumer.position(partition) < end) {
            for (var record : consumer.poll(POLL).records(partition)) {
                if (record.offset() < end
                        && Arrays.equals(record.key(), key)
                        && !offer(record.offset(), record.value(), visitor)) {
                    return record.offset() + 1;
                }
            }
        }
        return end;
    }

    private boolean offer(long offset, byte[] bytes, Visitor visitor) {
        return switch (codec.decode(bytes)) {
            case Value<InferenceResult>(var value) -> visitor.visit(offset, value);
            case Undecodable<InferenceResult> _ -> true;
        };
    }

    @Override
    public void close() {
        consumer.close();
    }
}
