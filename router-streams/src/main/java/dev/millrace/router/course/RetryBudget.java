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
    private static final int THOUSAND = 1000;

    private final int maxMilliTokens;
    private final int refillMilliTokens;
    private final Map<String, Integer> milliTokensByProvider = new HashMap<>();

    public RetryBudget(RetryPolicy policy) {
        this.maxMilliTokens = policy.budgetTokens() * THOUSAND;
        this.refillMilliTokens = (int) Math.round(policy.budgetRefill() * THOUSAND);
    }

    public void failed(String provider) {
        set(provider, Math.max(0, milliTokens(provider) - THOUSAND));
    }

    public void succeeded(String provider) {
        set(provider, Math.min(maxMilliTokens, milliTokens(provider) + refillMilliTokens));
    }

    /** Whether another attempt may go to {@code provider}. */
    public boolean permits(String provider) {
        return milliTokens(provider) > maxMilliTokens / 2;
    }

    private int milliTokens(String provider) {
        return milliTokensByProvider.getOrDefault(provider, maxMilliTokens);
    }

    private void set(String provider, int milliTokens) {
        if (milliTokens == maxMilliTokens) {
            milliTokensByProvider.remove(provider);
        } else if (milliTokensByProvider.size() < MAX_PROVIDERS || milliTokensByProvider.containsKey(provider)) {
            milliTokensByProvider.put(provider, milliTokens);
        }
    }
}
