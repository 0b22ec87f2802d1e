package dev.millrace.worker.output;

import dev.millrace.avro.InferenceResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents attributes of a result record in binary mode, and the trace it belongs to.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka binding</a>
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">Trace Context</a>
 */
final class CloudEventHeaders {
    private CloudEventHeaders() {}

    static void add(Headers headers, String source, InferenceResult result, @Nullable String traceparent) {
        put(headers, "ce_specversion", "1.0");
        put(
                headers,
                "ce_id",
                result.getJobId() + "/" + result.getAttempt() + "/" + result.getEpoch() + "/" + result.getSeq());
        put(headers, "ce_source", source);
        put(headers, "ce_type", type(result));
        put(headers, "ce_subject", result.getJobId());
        put(
                headers,
                "ce_time",
                Instant.ofEpochMilli(result.getCreatedAtMillis()).toString());
        put(headers, "content-type", "avro/binary");
        if (traceparent != null) {
            put(headers, "traceparent", traceparent);
        }
    }

    private static String type(InferenceResult result) {
        if (result.getTerminal() != null) {
            return "dev.millrace.job.ended";
        }
        return result.getVerdict() != null ? "dev.millrace.job.verdict" : "dev.millrace.job.chunk";
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
