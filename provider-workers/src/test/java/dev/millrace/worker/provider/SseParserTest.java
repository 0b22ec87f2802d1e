package dev.millrace.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {
    private final List<String> events = new ArrayList<>();

    private SseParser parser() {
        return parser(DecoderLimits.DEFAULTS);
    }

    private SseParser parser(DecoderLimits limits) {
        return new SseParser(limits, (type, data) -> events.add(type + "|" + data));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void endsLinesInEveryWayOfTheStandard(String end) {
        // When
        var parser = parser();
        parser.feed(bytes("data: one" + end + end + "event: x" + end + "data: two" + end + end));
        // Then
        assertThat(events).containsExactly("message|one", "x|two");
    }

    @Test
    void givesTheSameEventsWhereverTheBytesAreCut() {
        // Given
        var text =
                "\uFEFF: comment\r\ndata: grüße 🌍\r\ndata:second\r\n\r\nevent:e\ndata\n\nid: 7\nretry: 5\ndata: x\r\r";
        parser().feed(bytes(text));
        var expected = List.copyOf(events);
        assertThat(expected).containsExactly("message|grüße 🌍\nsecond", "e|", "message|x");
        var all = bytes(text).array();
        for (int cut = 0; cut <= all.length; cut++) {
            // When
            events.clear();
            var parser = parser();
            parser.feed(ByteBuffer.wrap(all, 0, cut));
            parser.feed(ByteBuffer.wrap(all, cut, all.length - cut));
            // Then
            assertThat(events).as("cut at %d", cut).isEqualTo(expected);
        }
    }

    @Test
    void skipsCommentsAndEventsWithoutData() {
        parser().feed(bytes(": OPENROUTER PROCESSING\n\nevent: ping\n\ndata: x\n\n"));
        assertThat(events).containsExactly("message|x");
    }

    @Test
    void dropsAnEventWhoseBlankLineNeverComes() {
        var parser = parser();
        parser.feed(bytes("data: [DONE]\n"));
        assertThat(events).isEmpty();
        assertThat(parser.atBoundary()).isFalse();
    }

    @Test
    void knowsThatHalfALineEndIsMissing() {
        var parser = parser();
        parser.feed(bytes("data: x\r\n\r"));
        assertThat(events).containsExactly("message|x");
        assertThat(parser.atBoundary()).isFalse();
        parser.feed(bytes("\n"));
        assertThat(parser.atBoundary()).isTrue();
    }

    @Test
    void stripsOneSpaceOnlyAndKeepsColonsInTheValue() {
        parser().feed(bytes("data:  a: b \n\n"));
        assertThat(events).containsExactly("message| a: b ");
    }

    @Test
    void replacesMalformedUtf8() {
        parser().feed(ByteBuffer.wrap(new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xC3, '\n', '\n'}));
        assertThat(events).containsExactly("message|\uFFFD");
    }

    @Test
    void stopsAtALineThatIsTooLong() {
        // Given
        var limits = new DecoderLimits(64, 64, 64, 64, 64, 64);
        var parser = parser(limits);
        // When
        boolean goOn = true;
        int fed = 0;
        while (goOn && fed < 1000) {
            goOn = parser.feed(bytes("data: xxxxxxxxx"));
            fed++;
        }
        // Then
        assertThat(parser.overflowed()).isTrue();
        assertThat(fed).isLessThan(8);
    }

    @Test
    void stopsAtAnEventOfTooManyLines() {
        var parser = parser(new DecoderLimits(64, 64, 64, 64, 64, 64));
        assertThat(parser.feed(bytes("data: xxxxxxxxxxxxxxxx\n".repeat(10)))).isFalse();
        assertThat(parser.overflowed()).isTrue();
    }

    @Test
    void leavesTheRestWhenTheListenerStops() {
        var parser = new SseParser(DecoderLimits.DEFAULTS, (_, _) -> false);
        var rest = bytes("data: a\n\ndata: b\n\n");
        assertThat(parser.feed(rest)).isFalse();
        assertThat(rest.remaining()).isEqualTo("data: b\n\n".length());
    }
}
