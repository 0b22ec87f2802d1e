package dev.millrace.router.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.avro.Lane;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlinePolicyTest {
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void hasDefaults() {
        var policy = DeadlinePolicy.DEFAULTS;

        assertThat(policy.defaultOf(Lane.INTERACTIVE)).isEqualTo(Duration.ofMinutes(10));
        assertThat(policy.defaultOf(Lane.BATCH)).isEqualTo(DAY);
        assertThat(policy.max()).isEqualTo(Duration.ofDays(7));
        assertThat(policy.grace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.keepEnded()).isEqualTo(DAY);
        assertThat(policy.keepParked()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void announcesAgainLessAndLessOften() {
        var policy = DeadlinePolicy.DEFAULTS;

        assertThat(policy.announceAgainMillis(1)).isEqualTo(60_000);
        assertThat(policy.announceAgainMillis(3)).isEqualTo(240_000);
        assertThat(policy.announceAgainMillis(1000)).isEqualTo(3_600_000);
    }

    @Test
    void refusesToForgetEndedJobsWithinADay() {
        assertThatThrownBy(() -> new DeadlinePolicy(MINUTE, DAY, DAY, MINUTE, MINUTE, MINUTE, MINUTE))
                .hasMessageContaining("deadlines.keep-ended");
    }

    @Test
    void refusesADefaultBeyondTheMaximum() {
        assertThatThrownBy(() -> new DeadlinePolicy(MINUTE, DAY, MINUTE, MINUTE, MINUTE, DAY, MINUTE))
                .hasMessageContaining("deadlines.max");
    }

    @Test
    void refusesToWaitForNothing() {
        assertThatThrownBy(() -> new DeadlinePolicy(MINUTE, DAY, DAY, Duration.ZERO, MINUTE, DAY, MINUTE))
                .hasMessageContaining("deadlines.grace");
    }
}
