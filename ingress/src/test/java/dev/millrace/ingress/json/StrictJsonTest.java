package dev.millrace.ingress.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private final StrictJson json = new StrictJson(BodyLimits.DEFAULTS);

    private ErrorCode refusal(byte[] body) {
        var refused = new ErrorCode[1];
        assertThatExceptionOfType(Mistake.class)
                .isThrownBy(() -> json.object(body))
                .satisfies(mistake ->
                        refused[0] = ErrorCode.ofCode(mistake.detail().getCode()));
        return refused[0];
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "nul",
                "null",
                "[]",
                "\"text\"",
                "7",
                "{",
                "{\"a\":1",
                "{\"a\":}",
                "{\"a\":1}{}",
                "{\"a\":1} x",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{\"b\":{\"a\":1,\"a\":1}}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00\\ud800\"}",
                "{\"\\ud800\":1}",
                "{\"a\":\"line\nbreak\"}",
                "/* */ {}"
            })
    void refusesWhatIsNotOneStrictObject(String body) {
        assertThat(refusal(utf8(body))).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @Test
    void refusesInvalidUtf8() {
        assertThat(refusal(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'}))
                .isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refusal(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refusal("{\"a\":1}".getBytes(StandardCharsets.UTF_16))).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @Test
    void skipsAByteOrderMark() {
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
        body.writeBytes(utf8("{\"a\":1}"));

        assertThat(json.object(body.toByteArray()).has("a")).isTrue();
    }

    @Test
    void acceptsPairedSurrogates() {
        assertThat(json.object(utf8("{\"a\":\"\\ud83d\\ude00\"}")).requiredString("a", 10))
                .isEqualTo("😀");
    }

    @Test
    void boundsDepth() {
        assertThat(refusal(utf8("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}")))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(utf8("{\"a\":".repeat(500_000)))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(json.object(utf8("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}"))
                        .has("a"))
                .isTrue();
    }

    @Test
    void boundsNumbersAndNames() {
        assertThat(refusal(utf8("{\"a\":" + "9".repeat(65) + "}"))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(utf8("{\"" + "n".repeat(513) + "\":1}"))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void keepsEveryDigit() {
        assertThat(json.object(utf8("{\"a\":0.1000,\"b\":1E+30,\"c\":123456789012345678901234567890}"))
                        .rest())
                .containsEntry("a", "0.1000")
                .containsEntry("b", "1E+30")
                .containsEntry("c", "123456789012345678901234567890");
    }

    @Test
    void tellsNothingOfTheContent() {
        assertThatExceptionOfType(Mistake.class)
                .isThrownBy(() -> json.object(utf8("{\"a\": canary-4711 }")))
                .satisfies(mistake -> assertThat(mistake.detail().getMessage()).doesNotContain("canary"));
    }
}
