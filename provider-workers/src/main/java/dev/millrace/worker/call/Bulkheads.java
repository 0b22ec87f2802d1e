package dev.millrace.worker.call;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Counts the calls of each provider, so that a slow one fills its own share of the slots and no more. Not thread-safe. */
final class Bulkheads {
    private final ToIntFunction<String> maxConcurrent;
    private final Map<String, Integer> running = new HashMap<>();

    Bulkheads(ToIntFunction<String> maxConcurrent) {
        this.maxConcurrent = maxConcurrent;
    }

    boolean hasRoom(String provider) {
        return running.getOrDefault(provider, 0) < maxConcurrent.applyAsInt(provider);
    }

    void enter(String provider) {
        running.merge(provider, 1, Integer::sum);
    }

    void leave(String provider) {
        running.computeIfPresent(provider, (_, count) -> count == 1 ? null : count - 1);
    }
}
