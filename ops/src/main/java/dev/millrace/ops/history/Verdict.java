package dev.millrace.ops.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The findings of a check: how often each promise was looked at, what broke it, and figures that are no promise. Not thread-safe. */
public final class Verdict {
    private final Map<Promise, Long> looked = new EnumMap<>(Promise.class);
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Long> figures = new TreeMap<>();

    /** Notes one look at a promise. */
    public void require(Promise promise, boolean holds, String job, String what) {
        looked.merge(promise, 1L, Math::addExact);
        if (!holds) {
            violations.add(new Violation(promise, job, what));
        }
    }

    /** Notes looks that found nothing. */
    public void held(Promise promise, long times) {
        looked.merge(promise, times, Math::addExact);
    }

    public void add(String figure, long count) {
        figures.merge(figure, count, Math::addExact);
    }

    public Map<Promise, Long> looked() {
        return Map.copyOf(looked);
    }

    public List<Violation> violations() {
        return List.copyOf(violations);
    }

    public long violations(Promise promise) {
        return violations.stream().filter(each -> each.promise() == promise).count();
    }

    /** By name, sorted. */
    public Map<String, Long> figures() {
        return new TreeMap<>(figures);
    }
}
