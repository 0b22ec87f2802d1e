package dev.millrace.ops.bench.hops;

import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one arm came to over all rounds: the median of the rounds' medians, and how far the rounds lie apart.
 *
 * @param p50Micros median over the rounds of each round's median
 * @param lowestMicros lowest of the rounds' medians
 * @param highestMicros highest of the rounds' medians
 * @param p99Micros 99th percentile over all calls
 */
public record ArmFigures(
        String arm, int calls, double p50Micros, double lowestMicros, double highestMicros, double p99Micros) {

    /** Figures from the first-content times of each round, in nanoseconds. */
    static ArmFigures of(String arm, List<long[]> rounds) {
        var all = new Histogram(3);
        int calls = 0;
        var medians = new double[rounds.size()];
        for (int i = 0; i < medians.length; i++) {
            var sorted = rounds.get(i).clone();
            Arrays.sort(sorted);
            medians[i] = sorted[sorted.length / 2] / 1000.0;
            calls += sorted.length;
            for (long nanos : sorted) {
                all.recordValue(nanos);
            }
        }
        Arrays.sort(medians);
        return new ArmFigures(
                arm,
                calls,
                medians[medians.length / 2],
                medians[0],
                medians[medians.length - 1],
                all.getValueAtPercentile(99) / 1000.0);
    }
}
