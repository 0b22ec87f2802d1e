package dev.millrace.ops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseScanTest {
    private static final String TEXT = "Ü \"quoted\" \n 𝄞 end";
    private static final String STREAM = """
            : keep-alive

            data: {"choices":[{"delta":{"role":"assistant","content":""}}]}

            data: {"choices":[{"delta":{"content":"Ü \\"quo"}}]}

            data:{"choices":[{"delta":{"reasoning_content":"no","content": "ted\\" \\n \\ud834\\udd1e"}}]}

            data: {"choices":[{"delta":{"content":" end"},"finish_reason":"stop"}]}

            data: {"choices":[],"usage":{"prompt_tokens":1}}

            data: [DONE]

            """;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static SseScan scan(String expected, String stream) {
        var scan = new SseScan(new Content(bytes(expected)));
        scan.feed(bytes(stream));
        return scan;
    }

    @Test
    void countsPiecesOfContentHoweverTheStreamIsCut() {
        var stream = bytes(STREAM);
        for (int cut = 0; cut <= stream.length; cut++) {
            var scan = new SseScan(new Content(bytes(TEXT)));
            int pieces = scan.feed(Arrays.copyOfRange(stream, 0, cut))
                    + scan.feed(Arrays.copyOfRange(stream, cut, stream.length));
            assertThat(pieces).as("cut at %d", cut).isEqualTo(3);
            assertThat(scan.verdict()).as("cut at %d", cut).isEmpty();
        }
    }

    @Test
    void readsCarriageReturnsAndSingleBytes() {
        var scan = new SseScan(new Content(bytes(TEXT)));
        int pieces = 0;
        for (byte each : bytes(STREAM.replace("\n", "\r\n"))) {
            pieces += scan.feed(new byte[] {each});
        }
        assertThat(pieces).isEqualTo(3);
        assertThat(scan.verdict()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ü \"quoted\" \n 𝄞 en", "Ü \"quoted\" \n 𝄞 end!", "U \"quoted\" \n 𝄞 end", ""})
    void tellsContentThatIsNotByteForByteTheSame(String expected) {
        assertThat(scan(expected, STREAM).verdict())
                .hasValueSatisfying(reason -> assertThat(reason).contains("differs"));
    }

    @Test
    void tellsAPieceThatWasLostOrCameTwice() {
        var piece = "data: {\"choices\":[{\"delta\":{\"content\":\" end\"},\"finish_reason\":\"stop\"}]}\n\n";
        assertThat(STREAM).contains(piece);
        assertThat(scan(TEXT, STREAM.replace(piece, "")).verdict()).isPresent();
        assertThat(scan(TEXT, STREAM.replace(piece, piece + piece)).verdict()).isPresent();
    }

    @Test
    void tellsAnErrorInTheStreamAndAnEndThatIsMissing() {
        var error = "data: {\"error\":{\"message\":\"vendor\"}}\n\n";
        assertThat(scan(TEXT, error).verdict())
                .hasValueSatisfying(reason -> assertThat(reason).contains("error in the stream", "vendor"));
        assertThat(scan(TEXT, STREAM.replace("data: [DONE]", "")).verdict())
                .contains("the stream ended without [DONE]");
        assertThat(scan(TEXT, STREAM + STREAM).verdict())
                .hasValueSatisfying(reason -> assertThat(reason).contains("after [DONE]"));
    }

    @Test
    void keepsWhatCameWhereNothingIsExpected() {
        var content = new Content(null);
        new SseScan(content).feed(bytes(STREAM));
        assertThat(new String(content.kept(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }

    @Test
    void isNotTakenInByTextThatLooksLikeAMember() {
        var inside = "data: {\"choices\":[{\"delta\":{\"role\":\"\\\"content\\\":\\\"x\\\"\"}}]}\n\n";
        var scan = new SseScan(new Content(bytes("")));
        assertThat(scan.feed(bytes(inside))).isZero();
    }
}
