package dev.millrace.egress.log;

import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.log.LogReader.Extent;
import dev.millrace.egress.log.LogReader.Span;
import dev.millrace.egress.log.LogReader.Start;
import dev.millrace.job.AnnouncedEnd;
import dev.millrace.job.JobId;
import dev.millrace.results.ResultsScan;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records of one job, read back from the results log. Records of other jobs are skipped by key without being decoded, those that
 * do not decode are skipped too. Stateless; the reader is the caller's.
 */
final class JobRecords {
    private final Topic<InferenceResult> topic;
    private final AvroCodec<InferenceResult> codec;

    JobRecords(Topic<InferenceResult> topic, AvroCodec<InferenceResult> codec) {
        this.topic = topic;
        this.codec = codec;
    }

    /** Receives the job's records in log order; returns false to stop. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(long offset, InferenceResult record, int sizeBytes) throws InterruptedException;
    }

    /** How a pass over the log ended. */
    sealed interface Pass {
        /** Everything before {@code nextOffset} was visited. */
        record Complete(long nextOffset) implements Pass {}

        /** The visitor stopped it. */
        record Stopped() implements Pass {}

        /** Retention has removed records that belong to what was asked for. */
        record Expired() implements Pass {}
    }

    TopicPartition partition(JobId id) {
        return new TopicPartition(topic.name(), id.resultsPartition(topic.partitions()));
    }

    /** Where a job's records can begin: the time in its id, else the beginning of the log. */
    static Start beginning(JobId id) {
        return new Start.AtTime(id.createdAtMillis().orElse(0) - ResultsScan.CLOCK_SKEW.toMillis());
    }

    /**
     * Visits the job's records from {@code start} to the end of the log at the time of the call.
     *
     * @throws dev.millrace.registry.RegistryException.Unavailable when a schema is not known and the registry does not tell
     */
    Pass read(LogReader reader, JobId id, Start start, Visitor visitor) throws InterruptedException {
        var partition = partition(id);
        var extent = reader.extent(partition);
        if (start instanceof Start.AtOffset(var offset) && offset < extent.beginOffset()) {
            return new Pass.Expired();
        }
        long from = reader.offsetOf(partition, start, extent);
        var pass = new JobPass(id, visitor, mayBeCut(start, from, extent));
        var span = reader.read(partition, from, extent.endOffset(), pass::visit);
        return pass.expired ? new Pass.Expired() : asPass(span);
    }

    private static boolean mayBeCut(Start start, long from, Extent extent) {
        return start instanceof Start.AtTime && from == extent.beginOffset() && from > 0;
    }

    private static Pass asPass(Span span) {
        return span.complete() ? new Pass.Complete(span.nextOffset()) : new Pass.Stopped();
    }

    /** The value, or null when it does not decode. */
    @Nullable
    InferenceResult decode(ConsumerRecord<byte[], byte[]> record) {
        return switch (codec.decode(record.value())) {
            case Value<InferenceResult>(var value) -> value;
            case Undecodable<InferenceResult> _ -> null;
        };
    }

    private final class JobPass {
        private final byte[] key;
        private final Visitor visitor;
        /** The log may begin after the job: then a first record that is not of its first attempt shows that it does. */
        private boolean mayBeCut;

        private boolean expired;

        JobPass(JobId id, Visitor visitor, boolean mayBeCut) {
            this.key = id.value().getBytes(StandardCharsets.UTF_8);
            this.visitor = visitor;
            this.mayBeCut = mayBeCut;
        }

        boolean visit(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
            if (!Arrays.equals(record.key(), key)) {
                return true;
            }
            var result = decode(record);
            if (result == null) {
                return true;
            }
            if (mayBeCut && result.getVerdict() == null) {
                mayBeCut = false;
                expired = !mayBeFirst(result);
            }
            return !expired && visitor.visit(record.offset(), result, record.serializedValueSize());
        }

        private static boolean mayBeFirst(InferenceResult result) {
            boolean nothingBefore = result.getAttempt() <= 1 || result.getAttempt() == AnnouncedEnd.number(0);
            return nothingBefore && result.getSeq() == 0;
        }
    }
}
