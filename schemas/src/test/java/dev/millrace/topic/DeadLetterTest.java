package dev.millrace.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
    private static final DeadLetter LETTER = new DeadLetter("undecodable_record", "no value", "requests", 3, 17);

    @Test
    void isReadBackFromItsHeaders() {
        assertThat(DeadLetter.of(LETTER.headers(new RecordHeaders()))).isEqualTo(LETTER);
    }

    @Test
    void keepsTheRecordsOwnHeadersAndReplacesAnEarlierReason() {
        var original = new RecordHeaders().add("traceparent", new byte[] {1});
        var earlier = new DeadLetter("other", "earlier", "elsewhere", 0, 0).headers(original);

        var headers = LETTER.headers(earlier);

        assertThat(headers.lastHeader("traceparent").value()).containsExactly(1);
        assertThat(headers.headers(DeadLetter.TOPIC)).hasSize(1);
        assertThat(DeadLetter.of(headers)).isEqualTo(LETTER);
    }

    @Test
    void usesTheHeaderNamesOfKafkaStreams() {
        assertThat(LETTER.headers(new RecordHeaders())
                        .lastHeader("__streams.errors.offset")
                        .value())
                .isEqualTo("17".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void otherHeadersAreNoReason() {
        assertThat(DeadLetter.of(new RecordHeaders())).isNull();
    }
}
