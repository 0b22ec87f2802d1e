package dev.millrace.egress.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.Usage;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageStreamTest {
    private static final JobId JOB = new JobId("job_x");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MessageStream stream = new MessageStream(JOB, new MessagesAnswer(true, true, "v/m"));

    private static InferenceResult record(@Nullable Terminal terminal, Object... contents) {
        var deltas = new ArrayList<Delta>();
        for (var content : contents) {
            deltas.add(content instanceof Delta delta ? delta : new Delta(0, content, Map.of()));
        }
        return InferenceResult.newBuilder()
                .setJobId("job_x")
                .setAccount("acme")
                .setAttempt(1)
                .setEpoch(1)
                .setSeq(0)
                .setCreatedAtMillis(0)
                .setModel("v/real")
                .setDeltas(deltas)
                .setTerminal(terminal)
                .build();
    }

    private static Terminal completed(Usage usage) {
        return Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(usage)
                .setVendor(Map.of("system_fingerprint", "\"fp\""))
                .build();
    }

    private List<JsonNode> last(Object... contents) throws JsonProcessingException {
        var usage = Usage.newBuilder()
                .setInputTokens(100)
                .setCachedInputTokens(60)
                .setOutputTokens(20)
                .setReasoningTokens(5)
                .build();
        return data(stream.next(new JobEvent.Ended(0, record(completed(usage), contents), false)));
    }

    private static List<JsonNode> data(Output output) throws JsonProcessingException {
        var frames = switch (output) {
            case Output.Frames(var some) -> some;
            case Output.Last(var some) -> some;
            case Output.Failed(var some, var _) -> some;
        };
        var events = new ArrayList<JsonNode>();
        for (var frame : frames) {
            var lines = frame.lines().toList();
            var event = JSON.readTree(lines.get(1).substring(5));
            assertThat(lines.get(0)).isEqualTo("event: " + event.path("type").asText());
            events.add(event);
        }
        return events;
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("type").asText()
                        + (event.has("index") ? event.path("index").asText() : ""))
                .toList();
    }

    @Test
    void givesAnotherVendorsReasoningTextAndCallsTheirBlocks() throws JsonProcessingException {
        // When
        var events = last(
                new ReasoningDelta("hm", null, null, null, false),
                new TextDelta("Hi", List.of()),
                new ToolCallDelta(0, "a", "f", "", "function", null),
                new ToolCallDelta(0, null, null, "{\"x\":1}", null, null),
                new ToolCallDelta(1, "b", "g", "{}", "function", null),
                new FinishDelta(FinishReason.TOOL_CALLS, "tool_calls"));
        // Then
        assertThat(types(events))
                .containsExactly(
                        "message_start",
                        "content_block_start0",
                        "content_block_delta0",
                        "content_block_stop0",
                        "content_block_start1",
                        "content_block_delta1",
                        "content_block_stop1",
                        "content_block_start2",
                        "content_block_delta2",
                        "content_block_stop2",
                        "content_block_start3",
                        "content_block_delta3",
                        "content_block_stop3",
                        "message_delta",
                        "message_stop");
        assertThat(events.getFirst().path("message").path("model").asText()).isEqualTo("v/real");
        var end = events.get(13);
        assertThat(end.path("delta").path("stop_reason").asText()).isEqualTo("tool_use");
        assertThat(end.path("usage")).isEqualTo(JSON.readTree("""
                {"input_tokens":40,"cache_creation_input_tokens":0,"cache_read_input_tokens":60,"output_tokens":20,
                 "output_tokens_details":{"thinking_tokens":5}}"""));
        assertThat(end.path("millrace")
                        .path("vendor")
                        .path("system_fingerprint")
                        .asText())
                .isEqualTo("fp");
    }

    @Test
    void putsWhatItHasNoWordForIntoOneMember() throws JsonProcessingException {
        // When
        var events = last(
                new Delta(0, new TextDelta("Hi", List.of()), Map.of("annotations", "[1]")),
                new ItemDelta("gemini", "grounding", "{\"g\":1}"),
                new FinishDelta(FinishReason.CONTENT_FILTER, "SAFETY"));
        // Then
        var end = events.get(events.size() - 2);
        assertThat(end.path("delta").path("stop_reason").asText()).isEqualTo("refusal");
        assertThat(end.path("millrace")).isEqualTo(JSON.readTree("""
                {"items":[{"dialect":"gemini","type":"grounding","value":{"g":1}}],"extensions":{"annotations":[1]},
                 "finish_reason":"SAFETY","vendor":{"system_fingerprint":"fp"}}"""));
    }

    @Test
    void showsRefusalsAsTextAndImagesAsBlocks() throws JsonProcessingException {
        // When
        var image = MediaDelta.newBuilder()
                .setKind(MediaKind.IMAGE)
                .setMimeType("image/png")
                .setData(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .setLast(true)
                .build();
        var events = last(new RefusalDelta("No.", List.of()), image, new FinishDelta(FinishReason.REFUSAL, null));
        // Then
        assertThat(events.get(2).path("delta").path("text").asText()).isEqualTo("No.");
        assertThat(events.get(4).path("content_block"))
                .isEqualTo(
                        JSON.readTree(
                                "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AQID\"}}"));
        assertThat(events.get(6).path("delta").path("stop_reason").asText()).isEqualTo("refusal");
    }

    @Test
    void beginsAnewAfterARestartThatTheReaderUnderstands() throws JsonProcessingException {
        // Given
        var first = stream.next(new JobEvent.Chunk(0, record(null, new TextDelta("old", List.of())), false));
        assertThat(types(data(first))).containsExactly("message_start", "content_block_start0", "content_block_delta0");
        // When
        var again = stream.next(new JobEvent.Chunk(1, record(null, new TextDelta("new", List.of())), true));
        // Then
        assertThat(types(data(again)))
                .containsExactly("millrace.restarted", "message_start", "content_block_start0", "content_block_delta0");
        var other = new MessageStream(JOB, new MessagesAnswer(true, false, "v/m"));
        assertThat(other.next(new JobEvent.Chunk(1, record(null), true))).isInstanceOf(Output.Failed.class);
    }

    @Test
    void endsAFailureInAnErrorEventOfTheDialect() throws JsonProcessingException {
        var frame = stream.failure(ErrorCode.STREAM_TRUNCATED.detail("broke off"));
        assertThat(frame).startsWith("event: error\ndata: ").endsWith("\n\n");
        var error = JSON.readTree(frame.lines().toList().get(1).substring(5));
        assertThat(error.path("type").asText()).isEqualTo("error");
        assertThat(error.path("error").path("type").asText()).isEqualTo("api_error");
        assertThat(error.path("error").path("message").asText()).isEqualTo("broke off");
    }

    @Test
    void isAliveByPingAndSaysSomethingEvenWhenTheModelSaidNothing() throws JsonProcessingException {
        assertThat(stream.keepAlive()).isEqualTo("event: ping\ndata: {\"type\":\"ping\"}\n\n");
        assertThat(types(last())).containsExactly("message_start", "message_delta", "message_stop");
    }
}
