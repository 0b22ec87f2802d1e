package dev.millrace.router.course;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps an outage from being amplified: a token bucket per provider, emptied by failures and refilled, a fifth as fast, by successes.
 * While less than half of the tokens are left nothing is retried at that provider.
 *
 * <p>In memory, one per task; lost with it, which costs a few retries. Not thread-safe.
 *
 * @see <a href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs">gRPC A6</a>
 */
public final class RetryBudget {
    private static final int MAX_PROVIDERS = 10_000;

    private final int maxTokens;
    private final double refill;
    private final Map<String, Double> tokensByProvider = new HashMap<>();

    public RetryBudget(RetryPolicy policy) {
        this.maxTokens = policy.budgetTokens();
        this.refill = policy.budgetRefill();
    }

    public void failed(String provider) {
        set(provider, Math.max(0, tokens(provider) - 1));
    }

    public void succeeded(String provider) {
        set(provider, Math.min(maxTokens, tokens(provider) + refill));
    }

    /** Whether another attempt may go to {@code provider}. */
    public boolean permits(String provider) {
        return tokens(provider) > maxTokens / 2.0;
    }

    private double tokens(String provider) {
        return tokensByProvider.getOrDefault(provider, (double) maxTokens);
    }

    private void set(String provider, double tokens) {
        if (tokens >= maxTokens) {
            tokensByProvider.remove(provider);
        } else if (tokensByProvider.size() < MAX_PROVIDERS || tokensByProvider.containsKey(provider)) {
            tokensByProvider.put(provider, tokens);
        }
    }
}
