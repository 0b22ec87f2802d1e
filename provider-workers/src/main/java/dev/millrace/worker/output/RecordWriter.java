package dev.millrace.worker.output;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.InferenceResult;
import dev.millrace.job.JobId;
import dev.millrace.serde.AvroCodec;
import dev.millrace.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes records with {@code acks=all} and tells the offset once they are durable.
 *
 * <p>Never blocks as long as callers hold back while {@link #unsentBytes} is high and the topics' metadata is known. A send that fails for
 * good is reported once to {@code onFatal}: the worker must stop then, because what follows on that partition would leave a gap;
 * nothing of it is marked as done, so another worker takes over. Thread-safe; callbacks come on the producer's thread.
 */
public final class RecordWriter implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final Topic<InferenceResult> results;
    private final AvroCodec<InferenceResult> resultCodec;
    private final Topic<AttemptOutcome> outcomes;
    private final AvroCodec<AttemptOutcome> outcomeCodec;
    private final String source;
    private final Consumer<Exception> onFatal;
    private final AtomicLong unsentBytes = new AtomicLong();

    public RecordWriter(
            Producer<byte[], byte[]> producer,
            Topic<InferenceResult> results,
            AvroCodec<InferenceResult> resultCodec,
            Topic<AttemptOutcome> outcomes,
            AvroCodec<AttemptOutcome> outcomeCodec,
            String workerId,
            Consumer<Exception> onFatal) {
        this.producer = producer;
        this.results = results;
        this.resultCodec = resultCodec;
        this.outcomes = outcomes;
        this.outcomeCodec = outcomeCodec;
        this.source = "/workers/" + workerId;
        this.onFatal = onFatal;
    }

    /** Told once that a record is durable. */
    @FunctionalInterface
    public interface Durable {
        /** The record lies at {@code offset}; its value has {@code bytes}. */
        void at(long offset, int bytes);
    }

    /**
     * Writes a record of a job's output to the job's own partition.
     *
     * @return bytes of the value
     */
    public int result(InferenceResult result, @Nullable String traceparent, Durable acked) {
        var value = resultCodec.encode(result);
        int partition = new JobId(result.getJobId()).resultsPartition(results.partitions());
        var record = new ProducerRecord<>(results.name(), partition, bytes(result.getJobId()), value);
        CloudEventHeaders.add(record.headers(), source, result, traceparent);
        send(record, acked);
        return value.length;
    }

    /** Writes what an attempt came to. */
    public void outcome(AttemptOutcome outcome, @Nullable String traceparent, Runnable acked) {
        var value = outcomeCodec.encode(outcome);
        var record = new ProducerRecord<>(outcomes.name(), null, bytes(outcome.getAccount()), value);
        if (traceparent != null) {
            record.headers().add("traceparent", bytes(traceparent));
        }
        send(record, (_, _) -> acked.run());
    }

    /** Writes a record of any other topic. */
    public void raw(ProducerRecord<byte[], byte[]> record, Runnable acked) {
        send(record, (_, _) -> acked.run());
    }

    private void send(ProducerRecord<byte[], byte[]> record, Durable acked) {
        int size = record.value() == null ? 0 : record.value().length;
        unsentBytes.addAndGet(size);
        try {
            var _ = producer.send(record, (metadata, failure) -> {
                unsentBytes.addAndGet(-size);
                if (failure == null) {
                    acked.at(metadata.offset(), size);
                } else {
                    onFatal.accept(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            unsentBytes.addAndGet(-size);
            onFatal.accept(e);
        }
    }

    /** Bytes handed to the producer and not yet durable. */
    public long unsentBytes() {
        return unsentBytes.get();
    }

    /** Sends what is left and closes the producer. */
    @Override
    public void close() {
        producer.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
