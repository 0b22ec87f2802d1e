package dev.millrace.results;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.JobId;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the records of jobs from the results log, from the time of their submit to the end of the log at the time of the call. Jobs that are
 * looked for together cost one pass over the log, not one each.
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
     * A job to look for.
     *
     * @param fromMillis where to begin when the id does not tell its own time
     * @param visitor shown the job's records in log order until it has enough; maybe also some from before {@code fromMillis}
     */
    public record Search(JobId job, long fromMillis, Visitor visitor) {}

    /**
     * Visits the job's records.
     *
     * @param fromMillis where to begin when the id does not tell its own time
     * @return offset after the last record looked at: a reader that goes on from here misses nothing
     */
    public long scan(JobId job, long fromMillis, Visitor visitor) {
        return scan(partition(job), List.of(new Search(job, fromMillis, visitor)));
    }

    /** Visits the records of all these jobs, in one pass over each partition. */
    public void scan(Collection<Search> searches) {
        searches.stream()
                .collect(Collectors.groupingBy(search -> partition(search.job())))
                .forEach(this::scan);
    }

    private TopicPartition partition(JobId job) {
        return new TopicPartition(topic.name(), job.resultsPartition(topic.partitions()));
    }

    private long scan(TopicPartition partition, List<Search> searches) {
        long startMillis = searches.stream()
                .mapToLong(search -> search.job().createdAtMillis().orElse(search.fromMillis()))
                .min()
                .orElseThrow();
        consumer.assign(List.of(partition));
        long end =
                Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
        var start = consumer.offsetsForTimes(Map.of(partition, Math.max(0, startMillis - CLOCK_SKEW.toMillis())))
                .get(partition);
        if (start == null) {
            return end;
        }
        consumer.seek(partition, start.offset());
        var open = byKey(searches);
        while (consumer.position(partition) < end) {
            for (var record : consumer.poll(POLL).records(partition)) {
                if (record.offset() < end && record.key() != null) {
                    show(record, open);
                    if (open.isEmpty()) {
                        return record.offset() + 1;
                    }
                }
            }
        }
        return end;
    }

    private static Map<ByteBuffer, List<Visitor>> byKey(List<Search> searches) {
        var visitors = new HashMap<ByteBuffer, List<Visitor>>();
        for (var search : searches) {
            var key = ByteBuffer.wrap(search.job().value().getBytes(StandardCharsets.UTF_8));
            visitors.computeIfAbsent(key, _ -> new ArrayList<>()).add(search.visitor());
        }
        return visitors;
    }

    private void show(ConsumerRecord<byte[], byte[]> record, Map<ByteBuffer, List<Visitor>> open) {
        var key = ByteBuffer.wrap(record.key());
        var visitors = open.get(key);
        if (visitors != null && codec.decode(record.value()) instanceof Value<InferenceResult>(var value)) {
            visitors.removeIf(visitor -> !visitor.visit(record.offset(), value));
            if (visitors.isEmpty()) {
                open.remove(key);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
