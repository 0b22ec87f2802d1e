package dev.millrace.ops.bench.hops;

/** One arm of a benchmark: something that can be called and timed. */
public interface Sample {
    /** As it stands in the report. */
    String name();

    /**
     * Makes one call and waits for its end.
     *
     * @throws IllegalStateException when the call failed: a figure with errors in it does not count
     */
    Measured call();

    /**
     * Times of one call, from the moment it was sent.
     *
     * @param firstNanos to the first content
     * @param totalNanos to the end
     * @param content what came back, to check that all calls got the same
     */
    record Measured(long firstNanos, long totalNanos, String content) {}
}
