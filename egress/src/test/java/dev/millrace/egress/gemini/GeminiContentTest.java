package dev.millrace.egress.gemini;

import static dev.millrace.egress.Results.completed;
import static dev.millrace.egress.Results.delta;
import static dev.millrace.egress.Results.deltas;
import static dev.millrace.egress.Results.end;
import static dev.millrace.egress.Results.finish;
import static dev.millrace.egress.Results.text;
import static dev.millrace.egress.Results.usage;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
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
import dev.millrace.avro.VectorDelta;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.gemini.GeminiAnswers.Framing;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeminiContentTest {
    private static final JobId JOB = new JobId("job_01890a5d00007000800000000000000a_3");

    private static List<JsonNode> stream(InferenceResult... records) {
        var format = (StreamFormat)
                GeminiAnswers.stream(Framing.EVENTS, false, "one").of(JOB);
        return frames(format, records).stream()
                .map(frame ->
                        ContentJson.parsed(frame.substring("data: ".length()).strip()))
                .toList();
    }

    private static List<String> frames(StreamFormat format, InferenceResult... records) {
        var frames = new ArrayList<String>();
        for (int i = 0; i < records.length; i++) {
            var event = records[i].getTerminal() == null
                    ? new JobEvent.Chunk(i, records[i], false)
                    : new JobEvent.Ended(i, records[i], false);
            switch (format.next(event)) {
                case Output.Frames(var more) -> frames.addAll(more);
                case Output.Last(var more) -> frames.addAll(more);
                case Output.Failed(var more, var error) -> {
                    frames.addAll(more);
                    frames.add(format.failure(error));
                }
            }
        }
        return frames;
    }

    private static JsonNode whole(WholeFormat format, InferenceResult... records) {
        var reply = new ReplyBuilder(1 << 20);
        for (var record : records) {
            reply.add(record, false);
            format.observe(record, false);
        }
        return ContentJson.parsed(format.body(reply.build(), records[records.length - 1], 0)
                .content()
                .toString());
    }

    private static JsonNode whole(InferenceResult... records) {
        return whole((WholeFormat) GeminiAnswers.whole("one").of(JOB), records);
    }

    private static JsonNode parts(JsonNode response) {
        return response.path("candidates").path(0).path("content").path("parts");
    }

    @Test
    void saysFinishReasonAndUsageOnlyWithTheEnd() {
        // When
        var chunks = stream(
                text(JOB, 0, "Hel"), deltas(JOB, 1, delta("lo"), finish(FinishReason.LENGTH)), completed(JOB, 2));
        // Then
        assertThat(chunks).hasSize(3);
        assertThat(parts(chunks.get(0)).path(0).path("text").asText()).isEqualTo("Hel");
        assertThat(chunks.get(1).path("candidates").path(0).has("finishReason")).isFalse();
        var last = chunks.get(2);
        assertThat(last.path("candidates").path(0).path("finishReason").asText())
                .isEqualTo("MAX_TOKENS");
        assertThat(last.path("usageMetadata").path("totalTokenCount").asInt()).isEqualTo(5);
        assertThat(last.path("modelVersion").asText()).isEqualTo("alpha/one");
        assertThat(last.path("responseId").asText()).isEqualTo(JOB.value());
    }

    @Test
    void givesACallOnlyWhenItIsWhole() {
        // Given
        var first = ToolCallDelta.newBuilder()
                .setIndex(0)
                .setId("call_a")
                .setName("look")
                .setArguments("{\"x\"")
                .build();
        var rest = ToolCallDelta.newBuilder().setIndex(0).setArguments(":1}").build();
        var second = ToolCallDelta.newBuilder()
                .setIndex(1)
                .setId("gcall_r_1")
                .setName("find")
                .setArguments("")
                .setSignature("c2ln")
                .build();
        // When
        var chunks = stream(
                deltas(JOB, 0, first),
                deltas(JOB, 1, rest, second),
                deltas(JOB, 2, finish(FinishReason.TOOL_CALLS)),
                completed(JOB, 3));
        // Then
        assertThat(chunks).hasSize(2);
        assertThat(parts(chunks.get(0)).toString())
                .isEqualTo("[{\"functionCall\":{\"id\":\"call_a\",\"name\":\"look\",\"args\":{\"x\":1}}}]");
        assertThat(parts(chunks.get(1)).toString())
                .isEqualTo("[{\"functionCall\":{\"name\":\"find\",\"args\":{}},\"thoughtSignature\":\"c2ln\"}]");
        assertThat(chunks.get(1).path("candidates").path(0).path("finishReason").asText())
                .isEqualTo("STOP");
    }

    @Test
    void keepsTheOrderOfPartsInAWholeAnswer() {
        // Given
        var thought = new ReasoningDelta("hm", null, null, null, false);
        var code = new ItemDelta("gemini", "part.executableCode", "{\"executableCode\":{\"code\":\"1\"}}");
        var signed = new Delta(0, new TextDelta("", List.of()), Map.of("gemini.thoughtSignature", "\"c2ln\""));
        var grounding = new ItemDelta("gemini", "candidate.groundingMetadata", "{\"webSearchQueries\":[\"q\"]}");
        var foreign = new ItemDelta("anthropic", "citation", "{\"a\":1}");
        // When
        var answer = whole(
                deltas(JOB, 0, thought, delta("a"), delta("b"), code, delta("c"), signed, grounding, foreign),
                deltas(JOB, 1, finish(FinishReason.STOP)),
                completed(JOB, 2));
        // Then
        assertThat(parts(answer).toString())
                .isEqualTo(
                        "[{\"text\":\"hm\",\"thought\":true},{\"text\":\"ab\"},{\"executableCode\":{\"code\":\"1\"}},"
                                + "{\"text\":\"c\"},{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}]");
        var candidate = answer.path("candidates").path(0);
        assertThat(candidate.path("groundingMetadata").path("webSearchQueries").size())
                .isEqualTo(1);
        assertThat(candidate
                        .path("millrace")
                        .path("items")
                        .path(0)
                        .path("dialect")
                        .asText())
                .isEqualTo("anthropic");
    }

    @Test
    void joinsPiecesOfMediaIntoOnePart() {
        var piece = new MediaDelta(MediaKind.IMAGE, "image/png", ByteBuffer.wrap(new byte[] {1, 2}), null, null, false);
        var last = new MediaDelta(MediaKind.IMAGE, "image/png", ByteBuffer.wrap(new byte[] {3}), null, null, true);
        var answer = whole(deltas(JOB, 0, piece, last, finish(FinishReason.STOP)), completed(JOB, 1));
        assertThat(parts(answer).toString())
                .isEqualTo("[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AQID\"}}]");
    }

    @Test
    void tellsARefusalAsFiltered() {
        var refusal = RefusalDelta.newBuilder().setText("I won't").build();
        var candidate = whole(deltas(JOB, 0, refusal, finish(FinishReason.STOP)), completed(JOB, 1))
                .path("candidates")
                .path(0);
        assertThat(candidate.path("finishReason").asText()).isEqualTo("SAFETY");
        assertThat(candidate.path("finishMessage").asText()).isEqualTo("I won't");
    }

    @Test
    void restoresWhatTheSameDialectsVendorSaid() {
        var vendorUsage = Usage.newBuilder(usage(3, 2))
                .setVendorJson("{\"promptTokenCount\":3,\"trafficType\":\"ON_DEMAND\"}")
                .build();
        var terminal = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(vendorUsage)
                .setVendor(Map.of(
                        "promptFeedback",
                        "{\"blockReason\":\"SAFETY\"}",
                        "createTime",
                        "\"now\"",
                        "responseId",
                        "\"r\""))
                .build();
        var answer = whole(end(JOB, 0, terminal));
        assertThat(answer.path("promptFeedback").path("blockReason").asText()).isEqualTo("SAFETY");
        assertThat(answer.has("candidates")).isFalse();
        assertThat(answer.path("usageMetadata").path("trafficType").asText()).isEqualTo("ON_DEMAND");
        assertThat(answer.path("createTime").asText()).isEqualTo("now");
        assertThat(answer.path("responseId").asText()).isEqualTo(JOB.value());
    }

    @Test
    void countsThoughtsBesideTheCandidates() {
        var detailed = Usage.newBuilder(usage(10, 20))
                .setReasoningTokens(7)
                .setCachedInputTokens(4)
                .build();
        var usage = ContentJson.usage(detailed);
        assertThat(usage.path("candidatesTokenCount").asInt()).isEqualTo(13);
        assertThat(usage.path("thoughtsTokenCount").asInt()).isEqualTo(7);
        assertThat(usage.path("cachedContentTokenCount").asInt()).isEqualTo(4);
        assertThat(usage.path("totalTokenCount").asInt()).isEqualTo(30);
    }

    @Test
    void endsAFailedStreamWithAnErrorAndNoFinishReason() {
        var failed = Terminal.newBuilder()
                .setStatus(JobStatus.INCOMPLETE)
                .setError(ErrorCode.STREAM_TRUNCATED.detail("cut"))
                .build();
        var chunks = stream(deltas(JOB, 0, delta("a"), finish(FinishReason.STOP)), end(JOB, 1, failed));
        assertThat(chunks).noneMatch(chunk -> chunk.toString().contains("finishReason"));
        var error = chunks.getLast().path("error");
        assertThat(error.path("message").asText()).isEqualTo("cut");
        assertThat(error.path("details").path(0).path("reason").asText()).isEqualTo("STREAM_TRUNCATED");
    }

    @Test
    void framesAnArrayThatIsJsonAsAWhole() {
        var format =
                (StreamFormat) GeminiAnswers.stream(Framing.ARRAY, false, "one").of(JOB);
        var body = String.join("", frames(format, text(JOB, 0, "a"), text(JOB, 1, "b"), completed(JOB, 2)));
        var array = ContentJson.parsed(body);
        assertThat(array.isArray()).isTrue();
        assertThat(array.size()).isEqualTo(3);
    }

    @Test
    void answersVectorsInTheOrderOfTheirInputs() {
        var one = new Delta(0, new VectorDelta(List.of(0.5f, 1f)), Map.of());
        var two = new Delta(1, new VectorDelta(List.of(2f)), Map.of());
        var batch = (WholeFormat) GeminiAnswers.embeddings(true).of(JOB);
        assertThat(whole(batch, deltas(JOB, 0, one, two), completed(JOB, 1))
                        .path("embeddings")
                        .toString())
                .isEqualTo("[{\"values\":[0.5,1.0]},{\"values\":[2.0]}]");
        var single = (WholeFormat) GeminiAnswers.embeddings(false).of(JOB);
        assertThat(whole(single, deltas(JOB, 0, one), completed(JOB, 1))
                        .path("embedding")
                        .toString())
                .isEqualTo("{\"values\":[0.5,1.0]}");
    }
}
