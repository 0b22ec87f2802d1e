package dev.millrace.worker.call;

import dev.millrace.worker.intake.Work;
import java.util.LinkedHashMap;
import java.util.Map;

/** The attempts this worker runs or has run lately, so that an order decided twice is run once. Not thread-safe. */
final class RecentWork {
    private final Map<Work.Key, Boolean> seen;

    RecentWork(int maxAttempts) {
        this.seen = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Work.Key, Boolean> eldest) {
                return size() > maxAttempts;
            }
        };
    }

    /** False when the attempt is known already. */
    boolean add(Work.Key key) {
        return seen.putIfAbsent(key, true) == null;
    }

    /** The attempt was given up without an end and may run again. */
    void forget(Work.Key key) {
        seen.remove(key);
    }
}
