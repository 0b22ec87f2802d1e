package dev.millrace.worker.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** What no recording shows: broken frames, exceptions in a stream, events and pieces that came after this was written. */
class EventStreamTest {
    private static final VendorHeaders HEADERS =
            new VendorHeaders(Map.of("Content-Type", "application/vnd.amazon.eventstream", "x-amzn-requestid", "r-1"));

    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    private static BedrockDecoder decoder(DecoderLimits limits) {
        var decoder = new BedrockDecoder(true, new ConverseReader(limits), limits, () -> Instant.EPOCH);
        decoder.head(200, HEADERS);
        return decoder;
    }

    private EventStreamTest event(String type, String payload) {
        return message(Map.of(":message-type", "event", ":event-type", type), payload);
    }

    private EventStreamTest message(Map<String, String> headers, String payload) {
        var values = headers.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> HeaderValue.fromString(it.getValue())));
        new Message(values, payload.getBytes(StandardCharsets.UTF_8)).encode(stream);
        return this;
    }

    private EventStreamTest hello() {
        return event("messageStart", "{\"role\":\"assistant\"}")
                .event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hello\"}}");
    }

    private EventStreamTest end() {
        return event("messageStop", "{\"stopReason\":\"end_turn\"}")
                .event("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":2,\"totalTokens\":3}}");
    }

    private VendorResult result(BedrockDecoder decoder) {
        decoder.feed(ByteBuffer.wrap(stream.toByteArray()));
        decoder.end();
        return Objects.requireNonNull(decoder.result());
    }

    @Test
    void finishesWithTheUsageAfterTheStop() {
        var decoder = decoder(DecoderLimits.DEFAULTS);
        assertThat(hello().end().result(decoder))
                .isInstanceOfSatisfying(
                        Finished.class, it -> assertThat(it.vendor()).containsEntry("id", "\"r-1\""));
    }

    @Test
    void callsAStreamWithoutUsageTruncated() {
        hello().event("messageStop", "{\"stopReason\":\"end_turn\"}");
        assertThat(result(decoder(DecoderLimits.DEFAULTS))).isInstanceOf(VendorResult.Truncated.class);
    }

    @Test
    void refusesEveryMessageWithOneWrongByte() {
        // Given
        var good = hello().end().stream.toByteArray();
        for (int i = 0; i < good.length; i++) {
            var bad = good.clone();
            bad[i] ^= 0x20;
            // When
            var decoder = decoder(DecoderLimits.DEFAULTS);
            decoder.feed(ByteBuffer.wrap(bad));
            decoder.end();
            // Then
            assertThat(decoder.result()).as("byte %d", i).isInstanceOf(Malformed.class);
        }
    }

    @Test
    void holdsNoMessageLongerThanItsLimit() {
        var limits = new DecoderLimits(1000, 1000, 1000, 10_000, 1000, 1000);
        event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + "x".repeat(1000) + "\"}}");
        assertThat(result(decoder(limits))).isEqualTo(new Malformed("a message is longer than 1000 bytes"));
    }

    @ParameterizedTest
    @CsvSource({
        "throttlingException, Throttled, 429",
        "serviceUnavailableException, Unavailable, 503",
        "internalServerException, Unavailable, 500",
        "modelStreamErrorException, Unavailable, 424",
        "modelTimeoutException, Unavailable, 408",
        "validationException, Refused, 400",
    })
    void endsWithTheExceptionOfAStream(String type, String outcome, int status) {
        hello().message(Map.of(":message-type", "exception", ":exception-type", type), "{\"message\":\"why\"}");
        var result = result(decoder(DecoderLimits.DEFAULTS));
        assertThat(result.getClass().getSimpleName()).isEqualTo(outcome);
        var error = switch (result) {
            case Throttled(var it, var _) -> it;
            case Unavailable(var it, var _) -> it;
            case Refused(var it) -> it;
            default -> throw new AssertionError(result);
        };
        var name = type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
        assertThat(error).isEqualTo(new VendorError(status, name, "why"));
    }

    @Test
    void endsWithTheErrorOfAStream() {
        hello().message(
                        Map.of(":message-type", "error", ":error-code", "InternalError", ":error-message", "broken"),
                        "");
        assertThat(result(decoder(DecoderLimits.DEFAULTS)))
                .isEqualTo(new Unavailable(new VendorError(500, "InternalError", "broken"), null));
    }

    @Test
    void carriesEventsAndPiecesItDoesNotKnow() {
        // Given
        hello().event("novelty", "{\"x\":1}")
                .event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"hologram\":{\"y\":2}}}")
                .end();
        var decoder = decoder(DecoderLimits.DEFAULTS);
        // When
        var result = result(decoder);
        // Then
        assertThat(result).isInstanceOf(Finished.class);
        assertThat(decoder.take())
                .extracting(delta -> delta.getContent())
                .contains(
                        new ItemDelta("bedrock", "event.novelty", "{\"x\":1}"),
                        new ItemDelta("bedrock", "delta.hologram", "{\"y\":2}"));
    }

    @Test
    void doesNotTakePaddingForProgress() {
        var decoder = decoder(DecoderLimits.DEFAULTS);
        event(
                "contentBlockDelta",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\"},\"p\":\"" + "x".repeat(500) + "\"}");
        decoder.feed(ByteBuffer.wrap(stream.toByteArray()));
        assertThat(decoder.progressBytes()).isLessThan(100);
        assertThat(decoder.take()).isEmpty();
    }

    @Test
    void saysWhatAGuardrailDid() {
        var decoder = decoder(DecoderLimits.DEFAULTS);
        hello().event("messageStop", "{\"stopReason\":\"guardrail_intervened\"}")
                .event("metadata", "{\"usage\":{},\"trace\":{\"guardrail\":{\"actionReason\":\"x\"}}}");
        assertThat(result(decoder))
                .isInstanceOfSatisfying(
                        Finished.class,
                        it -> assertThat(it.vendor())
                                .containsEntry("trace", "{\"guardrail\":{\"actionReason\":\"x\"}}"));
        var deltas = decoder.take();
        assertThat(deltas.getFirst().getContent()).isEqualTo(new TextDelta("Hello", List.of()));
        assertThat(deltas.getLast().getContent())
                .isEqualTo(new FinishDelta(FinishReason.CONTENT_FILTER, "guardrail_intervened"));
    }
}
