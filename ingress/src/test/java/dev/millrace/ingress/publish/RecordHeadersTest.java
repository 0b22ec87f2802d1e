package dev.millrace.ingress.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.ingress.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RecordHeadersTest {
    @Test
    void namesTheEventAndTheTraceOfARequest() {
        var request = InferenceRequest.newBuilder()
                .setJobId("job-1")
                .setAccount("acme")
                .setModel("m")
                .setInput(ChatInput.newBuilder().setMessages(List.of()).build())
                .setCreatedAtMillis(0)
                .build();
        var trace = new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "01", "vendor=x");

        var headers = RecordHeaders.ofRequest(request, trace).stream()
                .collect(Collectors.toMap(
                        header -> header.key(), header -> new String(header.value(), StandardCharsets.UTF_8)));

        assertThat(headers)
                .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .containsEntry("tracestate", "vendor=x")
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", "job-1")
                .containsEntry("ce_type", "dev.millrace.job.requested")
                .containsEntry("ce_source", "/millrace/ingress")
                .containsEntry("ce_time", "1970-01-01T00:00:00Z")
                .containsEntry("ce_partitionkey", "acme")
                .containsEntry("content-type", "avro/binary");
    }
}
