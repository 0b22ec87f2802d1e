package dev.millrace.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "30s,PT30S", "5m,PT5M", "12h,PT12H", "3d,PT72H", "PT1M30S,PT1M30S", "0ms,PT0S"})
    void readsShortFormsAndIso(String text, Duration expected) {
        assertThat(Durations.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "5", "5 parsecs", "999999999999999d", "-3s"})
    void refusesAnythingElse(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @Test
    void rendersWhatItReads() {
        for (var text : new String[] {"0ms", "250ms", "90s", "5m", "12h", "3d"}) {
            assertThat(Durations.parse(text).map(Durations::render)).contains(text);
        }
    }
}
