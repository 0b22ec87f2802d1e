package dev.millrace.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    private static @Nullable Long millis(String... headers) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return RetryAfter.millis(new VendorHeaders(Map.copyOf(map)), CLOCK);
    }

    @Test
    void readsSecondsMillisecondsAndDates() {
        assertThat(millis("Retry-After", "2")).isEqualTo(2000);
        assertThat(millis("retry-after", "1.5")).isEqualTo(1500);
        assertThat(millis("retry-after-ms", "250")).isEqualTo(250);
        assertThat(millis("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT")).isEqualTo(30_000);
    }

    @Test
    void takesTheLongerWaitWhenOneVendorSendsZeroMilliseconds() {
        assertThat(millis("retry-after", "1", "retry-after-ms", "0")).isEqualTo(1000);
        assertThat(millis("retry-after-ms", "0")).isZero();
    }

    @Test
    void givesNothingForWhatCannotBeRead() {
        assertThat(millis()).isNull();
        assertThat(millis("retry-after", "soon")).isNull();
        assertThat(millis("retry-after", "NaN")).isNull();
    }

    @Test
    void clampsToBetweenNowAndAWeek() {
        assertThat(millis("retry-after", "-5")).isZero();
        assertThat(millis("retry-after", "Thu, 01 Jan 1970 00:00:30 GMT")).isZero();
        assertThat(millis("retry-after", "1e30")).isEqualTo(7L * 24 * 3600 * 1000);
    }
}
