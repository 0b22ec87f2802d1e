package dev.millrace.ingress.gemini;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ids for the calls of a conversation in which there are none: the dialect tells which result answers which call by name and order. The
 * same conversation always gets the same ids. Not thread-safe.
 */
final class CallNames {
    /** Ids with this beginning are never sent to a vendor of this dialect. */
    private static final String PREFIX = "gcall_h";

    private final Map<String, Deque<String>> unanswered = new HashMap<>();
    private int made;

    String call(@Nullable String id, String name) {
        if (id != null && !id.isEmpty()) {
            return id;
        }
        var own = PREFIX + made++;
        unanswered.computeIfAbsent(name, _ -> new ArrayDeque<>()).add(own);
        return own;
    }

    String result(@Nullable String id, String name) {
        if (id != null && !id.isEmpty()) {
            return id;
        }
        var waiting = unanswered.get(name);
        var first = waiting == null ? null : waiting.poll();
        return first == null ? PREFIX + made++ : first;
    }
}
