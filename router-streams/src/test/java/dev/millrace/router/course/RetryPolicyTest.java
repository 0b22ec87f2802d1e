package dev.millrace.router.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private final RetryPolicy policy = RetryPolicy.DEFAULTS;

    @Test
    void hasDefaults() {
        assertThat(policy).isEqualTo(new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(30), 100, 0.2));
    }

    @Test
    void waitsTwiceAsLongEachTimeWithChanceInTheSecondHalf() {
        for (int i = 0; i < 1000; i++) {
            assertThat(policy.backoffMillis("job-" + i, 1)).isBetween(250L, 500L);
            assertThat(policy.backoffMillis("job-" + i, 2)).isBetween(500L, 1000L);
            assertThat(policy.backoffMillis("job-" + i, 60)).isBetween(15_000L, 30_000L);
        }
    }

    @Test
    void spreadsTheJobsOfAnOutage() {
        long different = IntStream.range(0, 1000)
                .mapToLong(i -> policy.backoffMillis("job-" + i, 1))
                .distinct()
                .count();

        assertThat(different).isGreaterThan(150);
    }

    @Test
    void decidesTheSameAgain() {
        assertThat(policy.backoffMillis("job-1", 2)).isEqualTo(policy.backoffMillis("job-1", 2));
    }

    @Test
    void namesTheSettingThatIsWrong() {
        var second = Duration.ofSeconds(1);

        assertThatThrownBy(() -> new RetryPolicy(4, second, second, 10, 0.2))
                .hasMessageContaining("retry.max-attempts");
        assertThatThrownBy(() -> new RetryPolicy(3, second, Duration.ZERO, 10, 0.2))
                .hasMessageContaining("retry.first-backoff");
        assertThatThrownBy(() -> new RetryPolicy(3, second, second, 1, 0.2))
                .hasMessageContaining("retry.budget-tokens");
        assertThatThrownBy(() -> new RetryPolicy(3, second, second, 10, 1.1))
                .hasMessageContaining("retry.budget-refill");
    }
}
