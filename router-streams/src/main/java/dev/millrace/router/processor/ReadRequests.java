package dev.millrace.router.processor;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.error.ErrorCode;
import dev.millrace.router.admission.Identity;
import dev.millrace.router.admission.Origin;
import dev.millrace.router.admission.Submission;
import dev.millrace.serde.AvroCodec;
import dev.millrace.streams.RecordReader;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Reads requests; also those that cannot be read, or whose account is not certain, go on to be answered where that is possible. */
public final class ReadRequests extends RecordReader<InferenceRequest> {
    /** Submitters may name the job here, for the case that their record cannot be read. */
    public static final String JOB_ID_HEADER = "millrace-job-id";

    public ReadRequests(AvroCodec<InferenceRequest> codec, String next) {
        super(codec, next, Names.DEAD_LETTERS);
    }

    @Override
    protected void readable(Record<byte[], byte[]> record, InferenceRequest request) {
        var origin = origin(record);
        if (Identity.of(request.getAccount(), request.getJobId(), origin) instanceof Identity.Untrusted untrusted) {
            bury(record, ErrorCode.PERMISSION_DENIED, untrusted.reason());
        }
        pass(
                record,
                new Submission.Legible(request, origin, PassedHeaders.of(record.headers()), record.value().length));
    }

    @Override
    protected void unreadable(Record<byte[], byte[]> record, String reason) {
        pass(
                record,
                new Submission.Illegible(origin(record), PassedHeaders.of(record.headers()), jobId(record), reason));
    }

    private Origin origin(Record<byte[], byte[]> record) {
        var metadata = metadata();
        return new Origin(metadata.topic(), metadata.partition(), metadata.offset(), record.timestamp(), key(record));
    }

    private static @Nullable String jobId(Record<byte[], byte[]> record) {
        var header = record.headers().lastHeader(JOB_ID_HEADER);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
