package dev.millrace.worker.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
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

/** What the vendor's documentation says and no recording shows. */
class MessagesDecoderTest {
    private static final String START = """
            {"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":10,\
            "cache_read_input_tokens":5,"cache_creation_input_tokens":7,\
            "cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4},"output_tokens":1}}}""";
    private static final String STOP = "{\"type\":\"message_stop\"}";

    private final MessagesDecoder decoder = new MessagesDecoder(DecoderLimits.DEFAULTS, () -> Instant.EPOCH);

    private VendorResult stream(String... events) {
        decoder.head(200, new VendorHeaders(Map.of("content-type", "text/event-stream")));
        for (var event : events) {
            feed("event: x\ndata: " + event + "\n\n");
        }
        decoder.end();
        return Objects.requireNonNull(decoder.result());
    }

    private VendorResult error(int status, Map<String, String> headers, String body) {
        decoder.head(status, new VendorHeaders(headers));
        feed(body);
        decoder.end();
        return Objects.requireNonNull(decoder.result());
    }

    private void feed(String text) {
        decoder.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String end(String reason) {
        return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
                + "\"},\"usage\":{\"output_tokens\":9}}";
    }

    @Test
    void countsCachedInputAndTheLongerCacheApart() {
        // When
        var result = stream(START, end("end_turn"), STOP);
        // Then
        assertThat(result).isInstanceOfSatisfying(Finished.class, finished -> {
            var usage = Objects.requireNonNull(finished.usage());
            assertThat(usage.getInputTokens()).isEqualTo(22);
            assertThat(usage.getCachedInputTokens()).isEqualTo(5);
            assertThat(usage.getCacheWriteTokens()).isEqualTo(7);
            assertThat(usage.getUnits()).containsEntry("cache-write-1h", 4L);
            assertThat(usage.getOutputTokens()).isEqualTo(9);
        });
    }

    @Test
    void addsWhatCompactingTookAndTheVendorLeavesOutOfItsTotals() {
        // When
        stream(
                START,
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9,"
                        + "\"iterations\":[{\"type\":\"compaction\",\"input_tokens\":100,\"output_tokens\":30},"
                        + "{\"type\":\"message\",\"input_tokens\":10,\"output_tokens\":9}]}}",
                STOP);
        // Then
        var usage = Objects.requireNonNull(decoder.usage());
        assertThat(usage.getInputTokens()).isEqualTo(122);
        assertThat(usage.getOutputTokens()).isEqualTo(39);
    }

    @Test
    void givesACallWithoutArgumentsAnEmptyObject() {
        // When
        stream(
                START,
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                        + "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"now\",\"input\":{}}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                        + "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                end("tool_use"),
                STOP);
        // Then
        assertThat(decoder.take())
                .extracting(Delta::getContent)
                .containsExactly(
                        new ToolCallDelta(0, "t", "now", "", "function", null),
                        new ToolCallDelta(0, null, null, "{}", null, null),
                        new FinishDelta(FinishReason.TOOL_CALLS, "tool_use"));
    }

    @Test
    void carriesBlocksPiecesAndEventsThatAreNotKnownHere() {
        // When
        var result = stream(
                START,
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"compaction\",\"content\":null}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"compaction_delta\",\"content\":\"so \"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"compaction_delta\",\"content\":\"far\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"sparkle_delta\",\"x\":1}}",
                "{\"type\":\"content_block_stop\",\"index\":1}",
                "{\"type\":\"weather_report\",\"sun\":true}",
                end("model_context_window_exceeded"),
                STOP);
        // Then
        assertThat(result).isInstanceOf(Finished.class);
        assertThat(decoder.take())
                .extracting(Delta::getContent)
                .containsExactly(
                        new ItemDelta("anthropic", "compaction", "{\"type\":\"compaction\",\"content\":\"so far\"}"),
                        new ItemDelta("anthropic", "delta.sparkle_delta", "{\"type\":\"sparkle_delta\",\"x\":1}"),
                        new TextDelta("", List.of()),
                        new ItemDelta(
                                "anthropic", "event.weather_report", "{\"type\":\"weather_report\",\"sun\":true}"),
                        new FinishDelta(FinishReason.LENGTH, "model_context_window_exceeded"));
    }

    @Test
    void isTruncatedWithoutMessageStopAndFailedByAnErrorInMidStream() {
        assertThat(stream(START, end("end_turn"))).isInstanceOf(Truncated.class);
        var other = new MessagesDecoderTest();
        assertThat(other.stream(START, STOP)).isInstanceOf(Truncated.class);
        var third = new MessagesDecoderTest();
        var overloaded = third.stream(
                START, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}");
        assertThat(overloaded).isInstanceOfSatisfying(Unavailable.class, unavailable -> {
            assertThat(unavailable.error().status()).isEqualTo(529);
            assertThat(unavailable.error().message()).isEqualTo("Overloaded");
        });
    }

    @Test
    void callsAnEventMalformedThatBreaksTheGrammar() {
        assertThat(stream(START, "{\"type\":\"content_block_delta\",\"index\":3,\"delta\":{\"type\":\"text_delta\"}}"))
                .isInstanceOf(Malformed.class);
        assertThat(new MessagesDecoderTest().stream("[]")).isInstanceOf(Malformed.class);
        assertThat(new MessagesDecoderTest().stream("{")).isInstanceOf(Malformed.class);
    }

    @Test
    void waitsWhereTheVendorSaysSoAndNotWhenTheBudgetIsSpent() {
        var limited = "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}";
        assertThat(error(429, Map.of("retry-after", "7"), limited))
                .isInstanceOfSatisfying(
                        Throttled.class,
                        throttled -> assertThat(throttled.retryAfterMillis()).isEqualTo(7000));
        assertThat(new MessagesDecoderTest().error(429, Map.of(), limited)).isInstanceOf(Refused.class);
        var quota = "{\"error\":{\"code\":429,\"message\":\"Quota exceeded\",\"status\":\"RESOURCE_EXHAUSTED\"}}";
        assertThat(new MessagesDecoderTest().error(429, Map.of(), quota)).isInstanceOf(Throttled.class);
        var overloaded = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}";
        assertThat(new MessagesDecoderTest().error(529, Map.of(), overloaded)).isInstanceOf(Throttled.class);
        assertThat(new MessagesDecoderTest().error(500, Map.of(), "<html>")).isInstanceOf(Unavailable.class);
    }
}
