package dev.millrace.router.course;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How often and how soon a job is tried again.
 *
 * @param maxAttempts per job, all providers together, 1-3; default 3
 * @param firstBackoff before the second attempt at the same provider; doubles from there; default 500 ms
 * @param maxBackoff default 30 s
 * @param budgetTokens size of the retry budget of one provider; retries stop when half of it is gone; default 100
 * @param budgetRefill what one success gives back, in tokens; default 0.2: retries are at most a fifth of what succeeds
 */
public record RetryPolicy(
        int maxAttempts, Duration firstBackoff, Duration maxBackoff, int budgetTokens, double budgetRefill) {
    public static final RetryPolicy DEFAULTS =
            new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(30), 100, 0.2);

    private static final double JITTER = 0.5;

    public RetryPolicy {
        if (maxAttempts < 1 || maxAttempts > 3) {
            throw new IllegalArgumentException("retry.max-attempts: must be 1..3, got " + maxAttempts);
        }
        if (firstBackoff.isNegative() || firstBackoff.compareTo(maxBackoff) > 0) {
            throw new IllegalArgumentException(
                    "retry.first-backoff: must be 0 to max-backoff, got " + firstBackoff + " and " + maxBackoff);
        }
        if (budgetTokens < 2 || budgetTokens > 1_000_000) {
            throw new IllegalArgumentException("retry.budget-tokens: must be 2..1000000, got " + budgetTokens);
        }
        if (budgetRefill < 0 || budgetRefill > 1) {
            throw new IllegalArgumentException("retry.budget-refill: must be 0..1, got " + budgetRefill);
        }
    }

    /**
     * Wait after the failed attempt of this number: exponential, of which the second half is chance. The same job and attempt always
     * wait equally long, so that a decision taken again after a crash is the same decision.
     *
     * @param attempt the one that failed, from 1
     */
    public long backoffMillis(String jobId, int attempt) {
        long whole = firstBackoff.toMillis() << Math.clamp(attempt - 1, 0, 20);
        long capped = Math.min(whole, maxBackoff.toMillis());
        double chance = new SplittableRandom(jobId.hashCode() * 31L + attempt).nextDouble();
        return Math.round(capped * (1 - JITTER * chance));
    }
}
