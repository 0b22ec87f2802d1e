package dev.millrace.worker.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.VendorError;
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
import org.junit.jupiter.params.provider.ValueSource;

class ChatReplyDecoderTest {
    private static final String DONE = "data: [DONE]\n\n";
    private final List<Delta> deltas = new ArrayList<>();

    private static ChatReplyDecoder decoder(DecoderLimits limits, Map<String, String> quirks) {
        var provider =
                new Provider("p", "openai-compatible", null, "default", null, false, Map.of(), quirks, 1, true, null);
        return new ChatReplyDecoder(OpenAiQuirks.of(provider), limits, () -> Instant.EPOCH);
    }

    private VendorResult read(int status, Map<String, String> headers, String body, Map<String, String> quirks) {
        var decoder = decoder(DecoderLimits.DEFAULTS, quirks);
        decoder.head(status, new VendorHeaders(headers));
        decoder.feed(bytes(body));
        decoder.end();
        deltas.addAll(decoder.take());
        var result = decoder.result();
        assertThat(result).isNotNull();
        return Objects.requireNonNull(result);
    }

    private VendorResult stream(String body) {
        return read(200, Map.of("content-type", "text/event-stream"), body, Map.of());
    }

    private VendorResult whole(String body) {
        return read(200, Map.of("content-type", "application/json"), body, Map.of());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String chunk(String delta, String finish) {
        var reason = finish.isEmpty() ? "null" : "\"" + finish + "\"";
        return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + reason + "}]}\n\n";
    }

    private Reading.Choice reading() {
        return Reading.of(deltas).choice(0);
    }

    private static VendorError error(VendorResult result) {
        return switch (result) {
            case Throttled(var error, var _) -> error;
            case Refused(var error) -> error;
            case Unavailable(var error, var _) -> error;
            default -> throw new AssertionError("not an error: " + result);
        };
    }

    @Test
    void laterChunksWithAnEmptyIdDoNotOverwriteIt() {
        stream(chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}",
                        "")
                + chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\",\"arguments\":\"}\"}}]}",
                        "")
                + chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\" \"}}]}",
                        "tool_calls")
                + DONE);
        assertThat(reading().calls).hasToString("[a:f({} )]");
        assertThat(deltas.stream()
                        .map(Delta::getContent)
                        .filter(ToolCallDelta.class::isInstance)
                        .map(content -> ((ToolCallDelta) content).getId()))
                .containsExactly("a", null, null);
    }

    @Test
    void tellsParallelCallsApartThatComeWithoutIndexOrUnderTheSameOne() {
        stream(chunk("{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}}]}", "")
                + chunk("{\"tool_calls\":[{\"function\":{\"arguments\":\"2\"}}]}", "")
                + chunk(
                        "{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":{\"x\":1}}}]}",
                        "tool_calls")
                + DONE);
        assertThat(reading().calls).hasToString("[a:f(12), b:g({\"x\":1})]");
    }

    @Test
    void readsCustomToolsAndTheOldFunctionCall() {
        stream(chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"free\"}}]}",
                        "tool_calls")
                + DONE);
        assertThat(reading().calls).hasToString("[a:f(free)]");
        deltas.clear();
        stream(chunk("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}}", "")
                + chunk("{\"function_call\":{\"arguments\":\"}\"}}", "function_call")
                + DONE);
        assertThat(reading().calls).hasToString("[:f({})]");
    }

    @Test
    void keepsTheVendorsWordForTheFinish() {
        assertThat(stream(chunk("{\"content\":\"x\"}", "eos") + DONE)).isInstanceOf(Finished.class);
        assertThat(deltas.getLast().getContent()).isEqualTo(new FinishDelta(FinishReason.STOP, "eos"));
    }

    @Test
    void keepsWhatHasNoCommonWord() {
        var result = stream("data: {\"id\":\"\",\"x\":{\"y\":1},\"obfuscation\":\"zz\",\"choices\":[]}\n\n"
                + "data: {\"id\":\"i1\",\"choices\":[{\"index\":0,\"matched\":7,\"delta\":{\"content\":\"t\",\"annotations\":[1]}}]}\n\n"
                + "data: {\"id\":\"i2\",\"choices\":[{\"index\":0,\"delta\":{\"channel\":\"c\"}}]}\n\n"
                + chunk("{}", "stop") + DONE);
        assertThat(result)
                .isInstanceOfSatisfying(
                        Finished.class,
                        it -> assertThat(it.vendor())
                                .containsOnly(Map.entry("id", "\"i1\""), Map.entry("x", "{\"y\":1}")));
        assertThat(deltas.getFirst().getExtensions()).isEqualTo(Map.of("annotations", "[1]", "choice.matched", "7"));
        assertThat(deltas.get(1).getContent()).isEqualTo(new ItemDelta("openai-chat", "channel", "\"c\""));
    }

    @Test
    void boundsWhatItKeepsBesideTheContent() {
        var decoder = decoder(new DecoderLimits(9999, 9999, 9999, 9999, 9999, 100), Map.of());
        decoder.head(200, VendorHeaders.NONE);
        decoder.feed(bytes("data: {\"id\":\"i\",\"big\":\"" + "x".repeat(200) + "\",\"choices\":[]}\n\n"));
        assertThat(decoder.vendor()).containsOnly(Map.entry("id", "\"i\""), Map.entry("millrace.omitted", "\"big\""));
    }

    @Test
    void readsLogprobsImagesAndAudio() {
        stream(
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,"
                        + "\"bytes\":[97],\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-1}]}]}}]}\n\n"
                        + chunk(
                                "{\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AQI=\"}}]}",
                                "")
                        + chunk("{\"audio\":{\"id\":\"au\",\"data\":\"AQI=\",\"transcript\":\"hi\"}}", "stop") + DONE);
        var text = (TextDelta) deltas.getFirst().getContent();
        assertThat(text.getLogprobs().getFirst().getTop().getFirst().getToken()).isEqualTo("b");
        assertThat(text.getLogprobs().getFirst().getBytes()).isEqualTo(bytes("a"));
        assertThat(((MediaDelta) deltas.get(1).getContent()).getMimeType()).isEqualTo("image/png");
        assertThat(((MediaDelta) deltas.get(2).getContent()).getTranscript()).isEqualTo("hi");
        assertThat(deltas.get(2).getExtensions()).containsEntry("id", "\"au\"");
    }

    @Test
    void isNotFinishedBeforeEveryChoiceIs() {
        var two =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"},{\"index\":1,\"delta\":{\"content\":\"b\"}}]}\n\n";
        assertThat(stream(two + DONE)).isInstanceOf(Truncated.class);
        assertThat(stream(DONE)).isInstanceOf(Truncated.class);
    }

    @Test
    void takesTheEndOfTheBodyForTheEndOnlyWhereTheVendorHasNoOther() {
        var body = chunk("{\"content\":\"x\"}", "stop");
        assertThat(stream(body)).isInstanceOf(Truncated.class);
        assertThat(read(200, Map.of(), body, Map.of("stream-end", "body"))).isInstanceOf(Finished.class);
        assertThat(read(200, Map.of(), chunk("{\"content\":\"x\"}", ""), Map.of("stream-end", "body")))
                .isInstanceOf(Truncated.class);
    }

    @Test
    void aFailureInsideASuccessfulReplyIsAFailure() {
        assertThat(error(stream("event: error\ndata: {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}\n\n"))
                        .message())
                .isEqualTo("m");
        assertThat(stream(chunk("{\"content\":\"x\"}", "") + "data: {\"error\":{\"message\":\"m\",\"code\":503}}\n\n"
                        + DONE))
                .isInstanceOf(Unavailable.class);
        assertThat(stream("data: {\"error\":{\"message\":\"m\",\"code\":\"429\"}}\n\n"))
                .isInstanceOf(Throttled.class);
        assertThat(stream("data: {\"error\":\"overloaded\"}\n\n")).isInstanceOf(Unavailable.class);
        assertThat(whole("{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\"}}"))
                .isInstanceOf(Refused.class);
        assertThat(stream(chunk("{\"content\":\"x\"}", "error") + DONE)).isInstanceOf(Unavailable.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":null}} | t | m",
                "{\"error\":{\"message\":\"m\",\"code\":401}} | 401 | m",
                "{\"code\":\"some_code\",\"error\":\"m\"} | some_code | m",
                "{\"detail\":\"m\"} | | m",
                "{\"detail\":[{\"loc\":[\"body\",\"x\"],\"msg\":\"m\",\"type\":\"t\"}]} | | m at [\"body\",\"x\"]",
                "{\"object\":\"error\",\"message\":\"m\",\"type\":\"t\",\"code\":3} | 3 | m",
                "[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\"}}] | 400 | m",
                "{\"errors\":[{\"message\":\"m\",\"code\":\"c\"}]} | c | m",
                "m in plain text | | m in plain text",
                "<html><body>Bad Gateway</body></html> | | the vendor answered with status 400",
            })
    void readsEveryShapeOfErrorBody(String body, String code, String message) {
        var error = error(read(400, Map.of(), body, Map.of()));
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource({
        "400,Refused", "401,Refused", "404,Refused", "413,Refused", "422,Refused", "301,Refused",
        "408,Unavailable", "409,Unavailable", "500,Unavailable", "502,Unavailable", "503,Unavailable",
                "504,Unavailable",
        "429,Throttled", "529,Throttled"
    })
    void classifiesByStatus(int status, String kind) {
        var result = read(status, Map.of("retry-after", "2"), "{\"error\":{\"message\":\"m\"}}", Map.of());
        assertThat(result.getClass().getSimpleName()).isEqualTo(kind);
        if (result instanceof Throttled throttled) {
            assertThat(throttled.retryAfterMillis()).isEqualTo(2000);
        }
    }

    @Test
    void doesNotTakeAnEmptyPurseForThrottling() {
        var body =
                "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}";
        assertThat(read(429, Map.of("retry-after", "2"), body, Map.of())).isInstanceOf(Refused.class);
    }

    @Test
    void readsAnErrorStatusEvenWhenItsBodyBreaksOff() {
        var decoder = decoder(DecoderLimits.DEFAULTS, Map.of());
        decoder.head(503, VendorHeaders.NONE);
        decoder.feed(bytes("{\"error\":"));
        decoder.cut();
        assertThat(decoder.result()).isInstanceOf(Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\n\n",
                "data: []\n\n",
                "data: {\"choices\":1}\n\n",
                "data: {\"choices\":[1]}\n\n",
                "data: {\"choices\":[{\"delta\":\"x\"}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":5}}]}\n\n",
                "data: {\"choices\":[{\"index\":-1,\"delta\":{}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"tool_calls\":[7]}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"audio\":{\"data\":\"***\"}}}]}\n\n",
            })
    void callsBrokenGrammarMalformed(String body) {
        assertThat(stream(body)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"choices\":[]}", "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}", "{}x", "nope"})
    void callsABrokenWholeReplyMalformed(String body) {
        assertThat(whole(body)).isInstanceOf(Malformed.class);
    }

    @Test
    void callsAnUnfinishedWholeReplyTruncated() {
        assertThat(whole("{\"choices\":[{\"message\":{\"content\":\"x")).isInstanceOf(Truncated.class);
        assertThat(whole("")).isInstanceOf(Truncated.class);
    }

    @Test
    void readsAWholeReplyToAStreamingRequestAndAStreamWithoutContentType() {
        assertThat(read(
                        200,
                        Map.of(),
                        " \n{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}",
                        Map.of()))
                .isInstanceOf(Finished.class);
        assertThat(read(200, Map.of(), chunk("{\"content\":\"x\"}", "stop") + DONE, Map.of()))
                .isInstanceOf(Finished.class);
    }

    @Test
    void boundsLinesBodiesAndStreams() {
        var limits = new DecoderLimits(1000, 1000, 1000, 3000, 1000, 1000);
        var line = decoder(limits, Map.of());
        line.head(200, new VendorHeaders(Map.of("content-type", "text/event-stream")));
        line.feed(bytes("data: " + "x".repeat(2000)));
        assertThat(line.result()).isInstanceOf(Malformed.class);
        var body = decoder(limits, Map.of());
        body.head(200, new VendorHeaders(Map.of("content-type", "application/json")));
        body.feed(bytes("{" + " ".repeat(2000)));
        assertThat(body.result()).isInstanceOf(Malformed.class);
        var stream = decoder(limits, Map.of());
        stream.head(200, new VendorHeaders(Map.of("content-type", "text/event-stream")));
        for (int i = 0; i < 500 && stream.result() == null; i++) {
            stream.feed(bytes(": keep-alive\n\n"));
        }
        assertThat(stream.result()).isInstanceOf(Malformed.class);
    }

    @Test
    void countsOnlyWhatCarriesSomethingAsProgress() {
        var decoder = decoder(DecoderLimits.DEFAULTS, Map.of());
        decoder.head(200, new VendorHeaders(Map.of("content-type", "text/event-stream")));
        decoder.feed(bytes(": keep-alive\n\n\n\ndata:\n\nevent: ping\n\n"));
        assertThat(decoder.progressBytes()).isZero();
        decoder.feed(bytes(chunk("{\"content\":\"x\"}", "")));
        assertThat(decoder.progressBytes()).isPositive();
        var whole = decoder(DecoderLimits.DEFAULTS, Map.of());
        whole.head(200, new VendorHeaders(Map.of("content-type", "application/json")));
        whole.feed(bytes("\n\n\n"));
        assertThat(whole.progressBytes()).isZero();
    }
}
