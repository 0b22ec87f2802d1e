package dev.millrace.egress.openai;

import static dev.millrace.egress.Results.completed;
import static dev.millrace.egress.Results.delta;
import static dev.millrace.egress.Results.deltas;
import static dev.millrace.egress.Results.finish;
import static dev.millrace.egress.Results.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.job.JobId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatCompletionTest {
    private static final JobId JOB = new JobId("job_01890a5d00007000800000000000000a_3");

    @Test
    void rendersTextWithUsage() {
        assertThat(body(text(JOB, 0, "Hel"), text(JOB, 1, "lo"), deltas(JOB, 2, finish(FinishReason.LENGTH)))
                        .toString())
                .isEqualTo("{\"id\":\"chatcmpl-job_01890a5d00007000800000000000000a_3\",\"object\":\"chat.completion\","
                        + "\"created\":1688096014,\"model\":\"alpha/one\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"refusal\":null},"
                        + "\"logprobs\":null,\"finish_reason\":\"length\"}],"
                        + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}");
    }

    @Test
    void putsToolCallsTogether() {
        // Given
        var first = ToolCallDelta.newBuilder()
                .setIndex(0)
                .setId("call_a")
                .setName("look")
                .setArguments("{\"x\":")
                .build();
        var extended = Delta.newBuilder()
                .setIndex(0)
                .setContent(first)
                .setExtensions(Map.of("extra_content", "{\"google\":1}"))
                .build();
        var more = ToolCallDelta.newBuilder()
                .setIndex(0)
                .setId("")
                .setArguments("1}")
                .build();
        // When
        var message = body(deltas(JOB, 0, extended), deltas(JOB, 1, more)).at("/choices/0");
        // Then
        assertThat(message.at("/message/content").isNull()).isTrue();
        assertThat(message.at("/message/tool_calls/0").toString())
                .isEqualTo(
                        "{\"id\":\"call_a\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"x\\\":1}\"},\"extra_content\":{\"google\":1}}");
        assertThat(message.path("finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void keepsChoicesApartAndInOrder() {
        // When
        var body = body(
                deltas(JOB, 0, delta(1, TextDelta.newBuilder().setText("b").build())),
                deltas(JOB, 1, delta(0, TextDelta.newBuilder().setText("a").build())));
        // Then
        assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("a");
        assertThat(body.at("/choices/1/message/content").asText()).isEqualTo("b");
        assertThat(body.at("/choices/1/index").asInt()).isEqualTo(1);
    }

    @Test
    void answersAModelThatSaidNothing() {
        assertThat(body().at("/choices/0/message/content").asText("none")).isEmpty();
    }

    @Test
    void joinsArraysOfVendorExtras() {
        // Given
        var one = Delta.newBuilder(delta("a"))
                .setExtensions(Map.of("annotations", "[1]"))
                .build();
        var two = Delta.newBuilder(delta("b"))
                .setExtensions(Map.of("annotations", "[2]"))
                .build();
        var item = ItemDelta.newBuilder()
                .setDialect("openai-chat")
                .setType("reasoning_details")
                .setJson("[{\"t\":1}]")
                .build();
        // When
        var message = body(deltas(JOB, 0, one), deltas(JOB, 1, two, item), deltas(JOB, 2, item))
                .at("/choices/0/message");
        // Then
        assertThat(message.path("annotations").toString()).isEqualTo("[1,2]");
        assertThat(message.path("reasoning_details").toString()).isEqualTo("[{\"t\":1},{\"t\":1}]");
    }

    @Test
    void rendersReasoningAndMedia() {
        // Given
        var audio = MediaDelta.newBuilder()
                .setKind(MediaKind.AUDIO)
                .setData(ByteBuffer.wrap("ab".getBytes(StandardCharsets.UTF_8)))
                .setTranscript("hi")
                .build();
        var image = MediaDelta.newBuilder()
                .setKind(MediaKind.IMAGE)
                .setUrl("https://example.org/i.png")
                .setLast(true)
                .build();
        // When
        var message = body(
                        deltas(JOB, 0, ReasoningDelta.newBuilder().setText("h").build()),
                        deltas(JOB, 1, ReasoningDelta.newBuilder().setText("m").build()),
                        deltas(JOB, 2, audio),
                        deltas(JOB, 3, audio, image))
                .at("/choices/0/message");
        // Then
        assertThat(message.path("reasoning_content").asText()).isEqualTo("hm");
        assertThat(message.at("/audio/data").asText()).isEqualTo("YWJhYg==");
        assertThat(message.at("/audio/transcript").asText()).isEqualTo("hihi");
        assertThat(message.at("/images/0/image_url/url").asText()).isEqualTo("https://example.org/i.png");
    }

    private static ObjectNode body(InferenceResult... records) {
        var reply = new ReplyBuilder(10_000);
        List.of(records).forEach(record -> reply.add(record, false));
        return ChatCompletion.body(
                JOB,
                "one",
                reply.build(),
                completed(JOB, records.length),
                JOB.createdAtMillis().orElse(0));
    }
}
