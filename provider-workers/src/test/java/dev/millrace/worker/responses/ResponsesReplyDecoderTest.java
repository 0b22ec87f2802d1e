package dev.millrace.worker.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The grammar beyond what the recordings show. */
class ResponsesReplyDecoderTest {
    private final ResponsesReplyDecoder decoder =
            new ResponsesReplyDecoder(DecoderLimits.DEFAULTS, () -> Instant.EPOCH);

    private List<Delta> stream(String... events) {
        decoder.head(200, new VendorHeaders(Map.of("content-type", "text/event-stream")));
        for (var event : events) {
            decoder.feed(ByteBuffer.wrap(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8)));
        }
        return decoder.take();
    }

    private VendorResult ended() {
        decoder.end();
        return Objects.requireNonNull(decoder.result());
    }

    private static final String COMPLETED =
            "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[]}}";

    @Test
    void keepsAnEventItDoesNotKnow() {
        var deltas = stream(
                "{\"type\":\"response.shell_call_command.delta\",\"sequence_number\":4,\"delta\":\"ls\",\"output_index\":0}");
        assertThat(deltas)
                .singleElement()
                .extracting(Delta::getContent)
                .isInstanceOfSatisfying(ItemDelta.class, item -> {
                    assertThat(item.getDialect()).isEqualTo("openai-responses");
                    assertThat(item.getType()).isEqualTo("response.shell_call_command.delta");
                    assertThat(item.getJson()).isEqualTo("{\"delta\":\"ls\",\"output_index\":0}");
                });
    }

    @Test
    void sendsOnceWhatOnlyTheDoneEventSays() {
        var deltas = stream(
                "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"id\":\"m\",\"type\":\"message\"}}",
                "{\"type\":\"response.output_text.done\",\"output_index\":0,\"content_index\":0,\"text\":\"whole\"}",
                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"id\":\"m\",\"type\":\"message\","
                        + "\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":\"whole\",\"annotations\":[]}]}}",
                "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[{\"id\":\"m\","
                        + "\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"whole\"}]}]}}");
        assertThat(deltas)
                .extracting(Delta::getContent)
                .filteredOn(TextDelta.class::isInstance)
                .hasSize(1);
        assertThat(deltas.getFirst().getExtensions()).containsEntry(ResponsesMarks.ITEM, "{\"id\":\"m\"}");
        assertThat(decoder.result()).isInstanceOf(Finished.class);
    }

    @Test
    void readsItemsThatOnlyTheLastEventHolds() {
        var deltas = stream("{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":["
                + "{\"type\":\"reasoning\",\"id\":\"rs\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"a\"},"
                + "{\"type\":\"summary_text\",\"text\":\"b\"}],\"encrypted_content\":\"xyz\"},"
                + "{\"type\":\"custom_tool_call\",\"id\":\"ct\",\"call_id\":\"c1\",\"name\":\"sql\",\"input\":\"select 1\"},"
                + "{\"type\":\"message\",\"id\":\"m\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}]}}");
        var contents = deltas.stream().map(Delta::getContent).toList();
        assertThat(contents.get(0)).isEqualTo(new ReasoningDelta("a", "rs", null, null, true));
        assertThat(deltas.get(1).getExtensions()).containsEntry(ResponsesMarks.PART, "1");
        assertThat(contents.get(2)).isEqualTo(new ReasoningDelta("", "rs", null, "xyz", false));
        assertThat(contents.get(3)).isEqualTo(new ToolCallDelta(0, "c1", "sql", "select 1", "custom", null));
        assertThat(contents.get(4)).isEqualTo(new RefusalDelta("no", List.of()));
        assertThat(contents.get(5)).isEqualTo(new FinishDelta(FinishReason.TOOL_CALLS, "completed"));
    }

    @Test
    void tellsWhyAResponseIsIncomplete() {
        var deltas = stream("{\"type\":\"response.incomplete\",\"response\":{\"status\":\"incomplete\","
                + "\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":[],"
                + "\"usage\":{\"input_tokens\":3,\"output_tokens\":5}}}");
        assertThat(deltas.getLast().getContent()).isEqualTo(new FinishDelta(FinishReason.LENGTH, "max_output_tokens"));
        assertThat(decoder.result()).isInstanceOf(Finished.class);
        assertThat(decoder.usage())
                .isNotNull()
                .satisfies(usage -> assertThat(usage.getOutputTokens()).isEqualTo(5));
    }

    @Test
    void takesTheUsageOfAFailureThatWasAnnounced() {
        stream(
                "{\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\",\"param\":null}",
                "{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"server_error\","
                        + "\"message\":\"x\"},\"usage\":{\"input_tokens\":7,\"output_tokens\":0}}}");
        assertThat(decoder.result())
                .isInstanceOfSatisfying(
                        Throttled.class,
                        throttled -> assertThat(throttled.error().message()).isEqualTo("slow down"));
        assertThat(decoder.usage()).isNotNull();
    }

    @Test
    void endsWithTheErrorWhenNothingFollowsIt() {
        stream(
                "{\"type\":\"error\",\"error\":{\"type\":\"server_error\",\"code\":\"server_error\",\"message\":\"oops\"}}");
        assertThat(decoder.result()).isNull();
        assertThat(ended()).isInstanceOf(Unavailable.class);
    }

    @Test
    void refusesAFailureThatIsAboutTheInput() {
        stream(
                "{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"image_too_large\","
                        + "\"message\":\"too large\"}}}");
        assertThat(decoder.result()).isInstanceOf(Refused.class);
    }

    @Test
    void takesNoOrdinaryEndForSuccess() {
        stream(
                "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}",
                "[DONE]");
        assertThat(ended()).isInstanceOf(Truncated.class);
    }

    @Test
    void refusesAStatusThatIsNoEnd() {
        stream("{\"type\":\"response.done\",\"response\":{\"status\":\"in_progress\",\"output\":[]}}");
        assertThat(decoder.result()).isInstanceOf(Malformed.class);
    }

    @Test
    void readsImagesAndSoundAsMedia() {
        var deltas = stream(
                "{\"type\":\"response.image_generation_call.partial_image\",\"item_id\":\"ig\",\"output_index\":0,"
                        + "\"partial_image_index\":1,\"partial_image_b64\":\"AQI=\"}",
                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"id\":\"ig\","
                        + "\"type\":\"image_generation_call\",\"status\":\"completed\",\"output_format\":\"webp\",\"result\":\"AQID\"}}",
                "{\"type\":\"response.audio.delta\",\"delta\":\"AQ==\"}",
                COMPLETED);
        assertThat(deltas)
                .extracting(Delta::getContent)
                .filteredOn(MediaDelta.class::isInstance)
                .hasSize(3);
        assertThat(deltas.get(0).getExtensions()).containsEntry("partial_image_index", "1");
        assertThat(deltas.get(1).getExtensions().get(ResponsesMarks.ITEM))
                .contains("webp")
                .doesNotContain("AQID");
        assertThat(((MediaDelta) deltas.get(1).getContent()).getLast()).isTrue();
    }
}
