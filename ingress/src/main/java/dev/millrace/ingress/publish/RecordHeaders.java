package dev.millrace.ingress.publish;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.ingress.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Headers of the records that leave here: trace context, and CloudEvents in binary mode on requests. Pure.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">CloudEvents over Kafka</a>
 */
final class RecordHeaders {
    static final String REQUEST_TYPE = "dev.millrace.job.requested";
    static final String SOURCE = "/millrace/ingress";

    private RecordHeaders() {}

    static List<Header> ofRequest(InferenceRequest request, TraceContext trace) {
        var headers = ofTrace(trace);
        add(headers, "ce_specversion", "1.0");
        add(headers, "ce_id", request.getJobId());
        add(headers, "ce_type", REQUEST_TYPE);
        add(headers, "ce_source", SOURCE);
        add(headers, "ce_subject", request.getJobId());
        add(
                headers,
                "ce_time",
                Instant.ofEpochMilli(request.getCreatedAtMillis()).toString());
        add(headers, "ce_partitionkey", request.getAccount());
        add(headers, "content-type", "avro/binary");
        return headers;
    }

    static List<Header> ofTrace(@Nullable TraceContext trace) {
        var headers = new ArrayList<Header>();
        if (trace != null) {
            add(headers, TraceContext.TRACEPARENT, trace.traceparent());
            if (trace.state() != null) {
                add(headers, TraceContext.TRACESTATE, trace.state());
            }
        }
        return headers;
    }

    private static void add(List<Header> headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }
}
