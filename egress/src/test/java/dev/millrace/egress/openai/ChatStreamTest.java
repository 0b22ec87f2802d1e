package dev.millrace.egress.openai;

import static dev.millrace.egress.Results.completed;
import static dev.millrace.egress.Results.delta;
import static dev.millrace.egress.Results.deltas;
import static dev.millrace.egress.Results.end;
import static dev.millrace.egress.Results.finish;
import static dev.millrace.egress.Results.text;
import static dev.millrace.egress.Results.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatStreamTest {
    private static final JobId JOB = new JobId("job_01890a5d00007000800000000000000a_3");
    private static final ChatOptions PLAIN = new ChatOptions(true, false, false, "one");
    private static final ChatOptions WITH_USAGE = new ChatOptions(true, true, false, "one");
    private static final ChatOptions RESTARTABLE = new ChatOptions(true, false, true, "one");

    private static final String HEAD = """
            {"id":"chatcmpl-job_01890a5d00007000800000000000000a_3","object":"chat.completion.chunk",\
            "created":1688096014,"model":"alpha/one",""";

    @Test
    void rendersRoleTextFinishAndDone() {
        // When
        var frames = frames(
                PLAIN, text(JOB, 0, "Hel"), deltas(JOB, 1, delta("lo"), finish(FinishReason.STOP)), completed(JOB, 2));
        // Then
        assertThat(frames)
                .containsExactly(
                        choice(
                                "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}"),
                        choice("{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"finish_reason\":null}"),
                        choice("{\"index\":0,\"delta\":{\"content\":\"lo\"},\"finish_reason\":null}"),
                        choice("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}"),
                        "data: [DONE]\n\n");
    }

    @Test
    void sendsUsageLastWithEmptyChoicesWhenAsked() {
        // When
        var frames = frames(WITH_USAGE, text(JOB, 0, "a"), completed(JOB, 1));
        // Then
        assertThat(frames.subList(0, 3)).allMatch(frame -> frame.endsWith("\"usage\":null}\n\n"));
        assertThat(frames.get(frames.size() - 2))
                .isEqualTo(
                        "data: " + HEAD
                                + "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}\n\n");
    }

    @Test
    void tellsUsageDetailsTheVendorGave() {
        // Given
        var detailed = usage(10, 20);
        detailed = dev.millrace.avro.Usage.newBuilder(detailed)
                .setCachedInputTokens(4)
                .setReasoningTokens(7)
                .build();
        var terminal = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(detailed)
                .setVendor(Map.of("system_fingerprint", "\"fp_1\"", "id", "\"vendor-id\""))
                .build();
        // When
        var frames = frames(WITH_USAGE, end(JOB, 0, terminal));
        // Then
        assertThat(frames.get(frames.size() - 2))
                .contains("\"prompt_tokens_details\":{\"cached_tokens\":4}")
                .contains("\"completion_tokens_details\":{\"reasoning_tokens\":7}")
                .contains("\"system_fingerprint\":\"fp_1\"")
                .doesNotContain("vendor-id");
    }

    @Test
    void keysToolCallsByIndexAndNamesThemOnce() {
        // Given
        var first = call(0).setId("call_a")
                .setName("look")
                .setType("function")
                .setArguments("")
                .build();
        var second = call(1).setId("call_b")
                .setName("find")
                .setType("function")
                .setArguments("{}")
                .build();
        // When
        var frames = frames(
                PLAIN,
                deltas(JOB, 0, first),
                deltas(JOB, 1, call(0).setArguments("{\"x\":").build()),
                deltas(JOB, 2, call(0).setId("").setArguments("1}").build(), second),
                deltas(JOB, 3, finish(FinishReason.TOOL_CALLS)),
                completed(JOB, 4));
        // Then
        assertThat(frames.subList(1, frames.size() - 1))
                .containsExactly(
                        choice(
                                "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_a\",\"type\":\"function\","
                                        + "\"function\":{\"name\":\"look\",\"arguments\":\"\"}}]},\"finish_reason\":null}"),
                        choice("{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
                                + "\"function\":{\"arguments\":\"{\\\"x\\\":\"}}]},\"finish_reason\":null}"),
                        choice("{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
                                + "\"function\":{\"arguments\":\"1}\"}}]},\"finish_reason\":null}"),
                        choice(
                                "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"call_b\",\"type\":\"function\","
                                        + "\"function\":{\"name\":\"find\",\"arguments\":\"{}\"}}]},\"finish_reason\":null}"),
                        choice("{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}"));
    }

    @Test
    void rendersRefusalReasoningAndLogprobs() {
        // Given
        var alternative = TokenLogprob.newBuilder().setToken("b").setLogprob(-2).build();
        var token = TokenLogprob.newBuilder()
                .setToken("é")
                .setLogprob(-0.5)
                .setBytes(ByteBuffer.wrap(new byte[] {(byte) 0xc3, (byte) 0xa9}))
                .setTop(List.of(alternative))
                .build();
        // When
        var frames = frames(
                PLAIN,
                deltas(JOB, 0, ReasoningDelta.newBuilder().setText("hm").build()),
                deltas(JOB, 1, ReasoningDelta.newBuilder().setSignature("sig").build()),
                deltas(
                        JOB,
                        2,
                        TextDelta.newBuilder()
                                .setText("é")
                                .setLogprobs(List.of(token))
                                .build()),
                deltas(JOB, 3, RefusalDelta.newBuilder().setText("no").build()),
                completed(JOB, 4));
        // Then
        assertThat(frames.get(1)).contains("\"delta\":{\"reasoning_content\":\"hm\"}");
        assertThat(frames.get(2))
                .contains("\"delta\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"sig\"}]}");
        assertThat(frames.get(3))
                .contains("\"logprobs\":{\"content\":[{\"token\":\"é\",\"logprob\":-0.5,\"bytes\":[195,169],"
                        + "\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-2.0,\"bytes\":null}]}],\"refusal\":null}");
        assertThat(frames.get(4)).contains("\"delta\":{\"refusal\":\"no\"}");
    }

    @Test
    void putsVendorExtrasBackWhereTheyStood() {
        // Given
        var extended = Delta.newBuilder(delta("a"))
                .setExtensions(Map.of("choice.native_finish_reason", "\"end\"", "annotations", "[{\"url\":\"u\"}]"))
                .build();
        var item = ItemDelta.newBuilder()
                .setDialect("anthropic")
                .setType("citation")
                .setJson("{\"p\":1}")
                .build();
        // When
        var frames = frames(PLAIN, deltas(JOB, 0, extended), deltas(JOB, 1, item), completed(JOB, 2));
        // Then
        assertThat(frames.get(1))
                .contains("\"delta\":{\"content\":\"a\",\"annotations\":[{\"url\":\"u\"}]}")
                .contains("\"native_finish_reason\":\"end\"");
        assertThat(frames.get(2))
                .contains("\"items\":[{\"dialect\":\"anthropic\",\"type\":\"citation\",\"value\":{\"p\":1}}]");
    }

    @Test
    void keepsBrokenVendorJsonAsText() {
        // Given
        var extended = Delta.newBuilder(delta("a"))
                .setExtensions(Map.of("odd", "{not json"))
                .build();
        // Then
        assertThat(frames(PLAIN, deltas(JOB, 0, extended)).getLast()).contains("\"odd\":\"{not json\"");
    }

    @Test
    void beginsAndFinishesEveryChoice() {
        // When
        var frames = frames(
                PLAIN,
                deltas(JOB, 0, delta(0, TextDelta.newBuilder().setText("a").build())),
                deltas(JOB, 1, delta(1, TextDelta.newBuilder().setText("b").build())),
                completed(JOB, 2));
        // Then
        assertThat(frames).filteredOn(frame -> frame.contains("\"role\"")).hasSize(2);
        assertThat(frames)
                .filteredOn(frame -> frame.contains("\"finish_reason\":\"stop\""))
                .hasSize(2);
    }

    @Test
    void finishesACompletedJobThatSaidNothing() {
        assertThat(frames(PLAIN, completed(JOB, 0)))
                .hasSize(3)
                .anyMatch(frame -> frame.contains("\"finish_reason\":\"stop\""));
    }

    @Test
    void neverFinishesAJobThatDidNotComplete() {
        for (var status : JobStatus.values()) {
            if (status == JobStatus.COMPLETED) {
                continue;
            }
            // Given
            var chat = new ChatStream(JOB, PLAIN);
            chat.next(new JobEvent.Chunk(0, text(JOB, 0, "a"), false));
            // When
            var output = chat.next(new JobEvent.Ended(
                    1, end(JOB, 1, Terminal.newBuilder().setStatus(status).build()), false));
            // Then
            assertThat(output).as(status.name()).isInstanceOf(Output.Failed.class);
        }
    }

    @Test
    void passesOnTheErrorOfTheTerminal() {
        // Given
        var terminal = Terminal.newBuilder()
                .setStatus(JobStatus.INCOMPLETE)
                .setError(ErrorCode.STREAM_TRUNCATED.detail("cut"))
                .build();
        var chat = new ChatStream(JOB, PLAIN);
        // When
        var output = chat.next(new JobEvent.Ended(0, end(JOB, 0, terminal), false));
        // Then
        assertThat(output).isInstanceOfSatisfying(Output.Failed.class, failed -> {
            assertThat(failed.error().getCode()).isEqualTo("stream_truncated");
            assertThat(chat.failure(failed.error()))
                    .isEqualTo("data: {\"error\":{\"message\":\"cut\",\"type\":\"server_error\",\"param\":null,"
                            + "\"code\":\"stream_truncated\"}}\n\n");
        });
    }

    @Test
    void failsAReaderThatDidNotAskForRestarts() {
        // Given
        var chat = new ChatStream(JOB, PLAIN);
        chat.next(new JobEvent.Chunk(0, text(JOB, 0, "a"), false));
        // When
        var output = chat.next(new JobEvent.Chunk(1, text(JOB, 1, 2, 0, "b"), true));
        // Then
        assertThat(output).isInstanceOfSatisfying(Output.Failed.class, failed -> {
            assertThat(failed.frames()).isEmpty();
            assertThat(failed.error().getCode()).isEqualTo("stream_restarted");
        });
    }

    @Test
    void tellsAReaderThatAskedForRestartsAndBeginsAnew() {
        // Given
        var chat = new ChatStream(JOB, RESTARTABLE);
        chat.next(new JobEvent.Chunk(0, text(JOB, 0, "a"), false));
        // When
        var output = chat.next(new JobEvent.Chunk(1, text(JOB, 2, 1, 0, "b"), true));
        // Then
        assertThat(output).isInstanceOfSatisfying(Output.Frames.class, frames -> {
            assertThat(frames.frames()).hasSize(3);
            assertThat(frames.frames().getFirst())
                    .startsWith("event: millrace.restarted\ndata: {")
                    .contains("\"choices\":[]", "\"provider\":\"alpha\"", "\"attempt\":2");
            assertThat(frames.frames().get(1)).contains("\"role\":\"assistant\"");
        });
    }

    private static ToolCallDelta.Builder call(int index) {
        return ToolCallDelta.newBuilder().setIndex(index);
    }

    private static String choice(String json) {
        return "data: " + HEAD + "\"choices\":[" + json + "]}\n\n";
    }

    private static List<String> frames(ChatOptions options, InferenceResult... records) {
        var chat = new ChatStream(JOB, options);
        var frames = new ArrayList<String>();
        long index = 0;
        for (var record : records) {
            var event = record.getTerminal() == null
                    ? new JobEvent.Chunk(index++, record, false)
                    : new JobEvent.Ended(index++, record, false);
            switch (chat.next(event)) {
                case Output.Frames(var some) -> frames.addAll(some);
                case Output.Last(var some) -> frames.addAll(some);
                case Output.Failed(var some, var error) -> throw new AssertionError(some + " " + error);
            }
        }
        return frames;
    }
}
