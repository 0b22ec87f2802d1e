package dev.millrace.ops.bench.arm;

/**
 * Limits of Millrace that a benchmark sets, because their defaults guard a machine and are reached by design here.
 *
 * @param streams open at once, at every place that counts them
 * @param batchSlots calls of the batch lane at once
 * @param batchWindow jobs of the batch lane outstanding at once
 */
public record BenchLimits(int streams, int batchSlots, int batchWindow) {
    public static final BenchLimits DEFAULTS = new BenchLimits(20_000, 64, 512);
}
