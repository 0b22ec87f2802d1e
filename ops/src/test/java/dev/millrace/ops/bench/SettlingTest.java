package dev.millrace.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two looks a second, at arms that use so many percent of a core during each. */
class SettlingTest {
    private static final Duration WITHIN = Duration.ofSeconds(2);

    private final Deque<Integer> percents = new ArrayDeque<>();
    private Duration used = Duration.ZERO;
    private Duration waited = Duration.ZERO;
    private final Settling settling = new Settling(() -> used, this::pause, WITHIN);

    private void pause(Duration length) {
        waited = waited.plus(length);
        used = used.plus(length.multipliedBy(percents.remove()).dividedBy(100));
    }

    private void idleAt(int percent) {
        percents.addAll(List.of(percent + 30, percent));
        settling.learnIdle();
        assertThat(percents).isEmpty();
        waited = Duration.ZERO;
    }

    @Test
    void waitsUntilNoMoreIsUsedThanATenthOfACoreAboveIdle() {
        idleAt(20);
        percents.addAll(List.of(90, 31, 30));
        settling.await();
        assertThat(waited).isEqualTo(Duration.ofMillis(1500));
        assertThat(settling.complaint()).isEmpty();
    }

    @Test
    void saysHowOftenItHadToGiveUpAndAtWhat() {
        idleAt(5);
        percents.addAll(List.of(80, 70, 60, 50));
        settling.await();
        assertThat(waited).isEqualTo(WITHIN);
        percents.add(10);
        settling.await();
        assertThat(settling.complaint())
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("1 of 2 measurements", "after 2 s", "50 % of a core", "5 % when nobody called"));
        assertThat(settling.complaint()).isEmpty();
    }
}
