package dev.millrace.ingress.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InFlightWindowTest {
    private final AtomicLong nanos = new AtomicLong();
    private final InFlightWindow window = new InFlightWindow(100, 10_000, nanos::get);

    @Test
    void boundsCountAndBytes() {
        for (int i = 0; i < 100; i++) {
            assertThat(window.tryEnter(10)).isTrue();
        }
        assertThat(window.tryEnter(10)).isFalse();
        window.leave(10, true);
        assertThat(window.tryEnter(9_020)).isFalse();
        assertThat(window.tryEnter(9_010)).isTrue();
        assertThat(window.count()).isEqualTo(100);
        assertThat(window.bytes()).isEqualTo(10_000);
    }

    @Test
    void tellsToComeAgainWhenHalfOfTheBacklogIsLikelyGone() {
        // Given: 100 waiting, 5 acknowledged per second
        for (int second = 0; second < 5; second++) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            for (int i = 0; i < 5; i++) {
                window.tryEnter(1);
                window.leave(1, true);
            }
        }
        for (int i = 0; i < 100; i++) {
            window.tryEnter(1);
        }
        // When, Then
        assertThat(window.retryAfterSeconds()).isEqualTo(10);
    }

    @Test
    void tellsToComeAgainAfterAMinuteWhenNothingIsAcknowledged() {
        window.tryEnter(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));

        assertThat(window.retryAfterSeconds()).isEqualTo(60);
    }

    @Test
    void tellsToComeAgainAtOnceWhenTheLogIsFast() {
        for (int i = 0; i < 1000; i++) {
            window.tryEnter(1);
            window.leave(1, true);
        }

        assertThat(window.retryAfterSeconds()).isEqualTo(1);
    }
}
