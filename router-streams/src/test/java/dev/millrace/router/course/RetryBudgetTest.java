package dev.millrace.router.course;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final RetryBudget budget =
            new RetryBudget(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofSeconds(1), 10, 0.2));

    @Test
    void permitsRetriesUntilHalfOfTheTokensAreGone() {
        for (int i = 0; i < 5; i++) {
            assertThat(budget.permits("alpha")).isTrue();
            budget.failed("alpha");
        }

        assertThat(budget.permits("alpha")).isFalse();
    }

    @Test
    void needsFiveSuccessesForOneMoreRetry() {
        for (int i = 0; i < 5; i++) {
            budget.failed("alpha");
        }
        for (int i = 0; i < 5; i++) {
            budget.succeeded("alpha");
        }

        assertThat(budget.permits("alpha")).isTrue();
        budget.failed("alpha");
        assertThat(budget.permits("alpha")).isFalse();
    }

    @Test
    void anOutageOfOneProviderLeavesTheOthersTheirBudget() {
        for (int i = 0; i < 100; i++) {
            budget.failed("alpha");
        }

        assertThat(budget.permits("alpha")).isFalse();
        assertThat(budget.permits("beta")).isTrue();
    }

    /** A provider that is down for long sees at most a tenth more than what is asked of it. */
    @Test
    void doesNotAmplifyAnOutage() {
        int requests = 1000;
        int calls = 0;
        for (int i = 0; i < requests; i++) {
            for (int attempt = 1; attempt <= 3; attempt++) {
                calls++;
                budget.failed("alpha");
                if (!budget.permits("alpha")) {
                    break;
                }
            }
        }

        assertThat(calls).isLessThanOrEqualTo((int) (requests * 1.10));
    }
}
