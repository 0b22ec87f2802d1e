package dev.millrace;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/** Seeds of property tests: fresh ones at every run, or the one in {@code -Dseed=} to see a failure again. */
public final class Seeds {
    private Seeds() {}

    /** Up to {@code count} seeds. */
    public static LongStream fresh(int count) {
        var chosen = Long.getLong("seed");
        return chosen != null
                ? LongStream.of(chosen)
                : ThreadLocalRandom.current().longs(count);
    }
}
