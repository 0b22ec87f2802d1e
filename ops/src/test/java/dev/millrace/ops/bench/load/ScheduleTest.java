package dev.millrace.ops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void arrivesIndependentlyAtTheRateThatWasAskedFor() {
        var schedule = Schedule.poisson(100, Duration.ofSeconds(100), 7);
        var offsets = schedule.offsetsNanos();
        assertThat(schedule.calls()).isEqualTo(10_000);
        assertThat(offsets).isSorted();
        assertThat(offsets[offsets.length - 1] / 1e9).isCloseTo(100, within(5.0));
        // of exponential gaps as many are longer than their mean as 1/e says
        long longer = 0;
        for (int i = 1; i < offsets.length; i++) {
            longer += offsets[i] - offsets[i - 1] > 10_000_000 ? 1 : 0;
        }
        assertThat(longer / 10_000.0).isCloseTo(1 / Math.E, within(0.02));
    }

    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() {
        var length = Duration.ofSeconds(1);
        assertThat(Schedule.poisson(50, length, 1).offsetsNanos())
                .isEqualTo(Schedule.poisson(50, length, 1).offsetsNanos())
                .isNotEqualTo(Schedule.poisson(50, length, 2).offsetsNanos());
    }

    @Test
    void keepsEqualGaps() {
        assertThat(Schedule.constant(4, 3).offsetsNanos()).containsExactly(0, 250_000_000, 500_000_000);
    }

    @Test
    void refusesARateThatIsNone() {
        assertThatThrownBy(() -> Schedule.poisson(0, Duration.ofSeconds(1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Schedule.poisson(Double.NaN, Duration.ofSeconds(1), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
