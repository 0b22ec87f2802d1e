package dev.millrace.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.RefusalDelta;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the dialect's replies that no recording shows, from the vendor's documentation. */
class GeminiReplyDecoderTest {
    private record Decoded(VendorResult result, List<Delta> deltas) {}

    private static Decoded decode(int status, String type, String body) {
        var decoder = new GeminiReplyDecoder(
                new GenerateReader("req", false, 10_000), DecoderLimits.DEFAULTS, () -> Instant.EPOCH);
        decoder.head(status, new VendorHeaders(Map.of("content-type", type)));
        var deltas = new ArrayList<Delta>();
        for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
            decoder.feed(ByteBuffer.wrap(new byte[] {b}));
            deltas.addAll(decoder.take());
        }
        decoder.end();
        deltas.addAll(decoder.take());
        return new Decoded(Objects.requireNonNull(decoder.result()), deltas);
    }

    private static Decoded stream(String... events) {
        return decode(200, "text/event-stream", "data: " + String.join("\r\n\r\ndata: ", events) + "\r\n\r\n");
    }

    private static Decoded whole(int status, String body) {
        return decode(status, "application/json; charset=UTF-8", body);
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, STOP",
        "MAX_TOKENS, LENGTH",
        "SAFETY, CONTENT_FILTER",
        "SPII, CONTENT_FILTER",
        "MODEL_ARMOR, CONTENT_FILTER",
        "MALFORMED_FUNCTION_CALL, ERROR",
        "A_WORD_OF_NEXT_YEAR, OTHER"
    })
    void finishesWithAnyWord(String word, FinishReason reason) {
        var decoded = stream("{\"candidates\":[{\"content\":{},\"finishReason\":\"" + word + "\"}]}");
        assertThat(decoded.result()).isInstanceOf(Finished.class);
        assertThat(decoded.deltas()).extracting(Delta::getContent).containsExactly(new FinishDelta(reason, word));
    }

    @Test
    void needsAFinishReasonOfEveryCandidate() {
        var two = "{\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\"},{\"index\":1,\"content\":{}}]}";
        assertThat(stream(two).result()).isInstanceOf(Truncated.class);
        assertThat(stream(two, "{\"candidates\":[{\"index\":1,\"finishReason\":\"STOP\"}]}")
                        .result())
                .isInstanceOf(Finished.class);
        assertThat(whole(200, two).result()).isInstanceOf(Malformed.class);
    }

    @Test
    void tellsABlockedPromptAsFiltered() {
        var decoded = stream("{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\","
                + "\"blockReasonMessage\":\"no\"},\"usageMetadata\":{\"promptTokenCount\":3}}");
        assertThat(decoded.result()).isInstanceOf(Finished.class);
        assertThat(decoded.deltas())
                .extracting(Delta::getContent)
                .containsExactly(
                        new RefusalDelta("no", List.of()),
                        new FinishDelta(FinishReason.CONTENT_FILTER, "PROHIBITED_CONTENT"));
    }

    @Test
    void readsAnErrorInTheMiddleOfAStreamInEitherForm() {
        var text = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}";
        var error = "{\"error\":{\"code\":503,\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}";
        assertThat(stream(text, error).result()).isInstanceOf(Unavailable.class);
        var bare = decode(200, "text/event-stream", "data: " + text + "\r\n\r\n" + error);
        assertThat(bare.result()).isInstanceOf(Unavailable.class);
        assertThat(bare.deltas()).hasSize(1);
        assertThat(decode(200, "text/event-stream", "[" + error + "]").result()).isInstanceOf(Unavailable.class);
        assertThat(decode(200, "text/event-stream", "data: " + text + "\r\n\r\n{\"err")
                        .result())
                .isInstanceOf(Unavailable.class);
    }

    @Test
    void takesTheWaitFromTheDetails() {
        var body = "[{\"error\":{\"code\":429,\"message\":\"quota\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":["
                + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"13.5s\"}]}}]";
        assertThat(whole(429, body).result()).isInstanceOfSatisfying(Throttled.class, throttled -> {
            assertThat(throttled.retryAfterMillis()).isEqualTo(13_500);
            assertThat(throttled.error().code()).isEqualTo("RESOURCE_EXHAUSTED");
        });
    }

    @Test
    void knowsABadKeyFromABadRequest() {
        var key =
                "{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":\"INVALID_ARGUMENT\",\"details\":["
                        + "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}]}}";
        assertThat(whole(400, key).result())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.error().status()).isEqualTo(401));
        var bad = "{\"error\":{\"code\":400,\"message\":\"bad\",\"status\":\"INVALID_ARGUMENT\"}}";
        assertThat(whole(400, bad).result())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.error().status()).isEqualTo(400));
        assertThat(whole(500, "<html>").result()).isInstanceOf(Unavailable.class);
    }

    @Test
    void putsArgumentsTogetherThatComeInPieces() {
        var decoded = stream(
                call("\"name\":\"f\",\"willContinue\":true"),
                call("\"partialArgs\":[{\"jsonPath\":\"$.a.b\",\"stringValue\":\"x\",\"willContinue\":true}],"
                        + "\"willContinue\":true"),
                call("\"partialArgs\":[{\"jsonPath\":\"$.a.b\",\"stringValue\":\"y\"},"
                        + "{\"jsonPath\":\"$.l[1]['k.k']\",\"numberValue\":2},{\"jsonPath\":\"$.t\",\"boolValue\":true},"
                        + "{\"jsonPath\":\"$.n\",\"nullValue\":\"NULL_VALUE\"}],\"willContinue\":true"),
                call(""),
                "{\"candidates\":[{\"finishReason\":\"STOP\"}]}");
        assertThat(decoded.deltas())
                .extracting(Delta::getContent)
                .first()
                .isInstanceOfSatisfying(ToolCallDelta.class, call -> {
                    assertThat(call.getArguments())
                            .isEqualTo("{\"a\":{\"b\":\"xy\"},\"l\":[null,{\"k.k\":2}],\"t\":true,\"n\":null}");
                    assertThat(call.getId()).isEqualTo("gcall_req_0");
                });
        assertThat(((FinishDelta) decoded.deltas().getLast().getContent()).getReason())
                .isEqualTo(FinishReason.TOOL_CALLS);
    }

    private static String call(String members) {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{" + members + "}}]}}]}";
    }

    @Test
    void neverHandsOutACallThatDidNotEnd() {
        var decoded = stream(
                call("\"name\":\"f\",\"willContinue\":true"), "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}");
        assertThat(decoded.deltas()).extracting(Delta::getContent).noneMatch(ToolCallDelta.class::isInstance);
        assertThat(decoded.deltas().getFirst().getContent())
                .isInstanceOfSatisfying(
                        ItemDelta.class, item -> assertThat(item.getType()).isEqualTo("part.functionCall"));
    }

    @ParameterizedTest
    @CsvSource({"$", "id", "$..a", "$.a[x]", "$[0]"})
    void refusesAPathThatLeadsNowhere(String path) {
        var decoded =
                stream(call("\"name\":\"f\",\"partialArgs\":[{\"jsonPath\":\"" + path + "\",\"numberValue\":1}]"));
        assertThat(decoded.result()).isInstanceOf(Malformed.class);
    }

    @Test
    void readsLogprobsAndPartsNobodyKnows() {
        var decoded = stream("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"},{\"hologram\":{\"x\":1}}]},"
                + "\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"a\",\"logProbability\":-0.5}],"
                + "\"topCandidates\":[{\"candidates\":[{\"token\":\"b\",\"logProbability\":-1}]}]},"
                + "\"finishReason\":\"STOP\"}]}");
        assertThat(decoded.deltas().getFirst().getContent()).isInstanceOfSatisfying(TextDelta.class, text -> {
            assertThat(text.getLogprobs().getFirst().getLogprob()).isEqualTo(-0.5);
            assertThat(text.getLogprobs().getFirst().getTop().getFirst().getToken())
                    .isEqualTo("b");
        });
        assertThat(decoded.deltas())
                .extracting(Delta::getContent)
                .contains(new ItemDelta("gemini", "part.hologram", "{\"hologram\":{\"x\":1}}"));
    }
}
