package dev.millrace.ops.bench.load;

import java.util.Locale;

/**
 * What the vendor is asked to do: the first content after a delay, then further ones at a pace.
 *
 * @param streaming whether the reply comes as events
 * @param delayMillis until the first content
 * @param deltas pieces of content
 * @param gapMillis between two pieces
 */
public record Workload(boolean streaming, int delayMillis, int deltas, int gapMillis) {
    /** At once and all together. */
    public static Workload instantStream(int deltas) {
        return new Workload(true, 0, deltas, 0);
    }

    /** One whole reply after the delay. */
    public static Workload whole(int delayMillis) {
        return new Workload(false, delayMillis, 4, 0);
    }

    public static Workload paced(int deltas, int gapMillis) {
        return new Workload(true, gapMillis, deltas, gapMillis);
    }

    /** Name of the model that does this at the mock vendor. */
    public String model() {
        return String.format(Locale.ROOT, "bench-d%d-n%d-g%d", delayMillis, deltas, gapMillis);
    }

    /** How long the vendor takes. */
    public long vendorMillis() {
        return delayMillis + (streaming ? (long) (deltas - 1) * gapMillis : 0);
    }
}
