package dev.millrace.ingress.options;

import dev.millrace.avro.Lane;
import dev.millrace.avro.OnDisconnect;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one call asks of Millrace.
 *
 * @param fallbacks models to try after the first, in order, at most 8
 * @param firstTokenTimeoutMillis how long one attempt may take until its first content
 * @param totalTimeoutMillis how long one attempt may take in all
 * @param maxAttempts 1-3 over all models
 * @param acceptRestart the reader understands an explicit restart of the answer
 * @param metadata returned with the job; at most 32 entries
 * @param priority higher goes first within the account, -100 to 100
 * @param deadlineAtMillis epoch milliseconds after which the job expires
 */
public record CallOptions(
        List<String> fallbacks,
        @Nullable Long firstTokenTimeoutMillis,
        @Nullable Long totalTimeoutMillis,
        @Nullable Integer maxAttempts,
        boolean acceptRestart,
        OnDisconnect onDisconnect,
        Map<String, String> metadata,
        int priority,
        Lane lane,
        @Nullable Long deadlineAtMillis) {
    public CallOptions {
        fallbacks = List.copyOf(fallbacks);
        metadata = Map.copyOf(metadata);
    }
}
