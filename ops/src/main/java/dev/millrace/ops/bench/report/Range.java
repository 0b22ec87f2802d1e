package dev.millrace.ops.bench.report;

import java.util.Collection;

/** Where a value lies, both ends included; an end is infinite where nothing bounds it. */
public record Range(double low, double high) {
    /** Nothing is known. */
    static final Range UNKNOWN = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** More than this on one side of the median are one chance in forty. */
    private static final double TAIL = 0.025;

    static Range exactly(double value) {
        return new Range(value, value);
    }

    /**
     * Where the median lies that these rounds are samples of, in 19 of 20 cases: by their order alone, whatever their distribution. From
     * the lowest to the highest round up to eight of them, and closer about the middle the more there are. Fewer than six are not as sure.
     *
     * @param rounds at least one
     */
    static Range ofMedian(Collection<Double> rounds) {
        var sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int dropped = 0;
        double chance = Math.pow(0.5, sorted.length);
        double tail = chance;
        while (true) {
            chance *= (sorted.length - dropped) / (dropped + 1.0);
            tail += chance;
            if (tail > TAIL) {
                return new Range(sorted[dropped], sorted[sorted.length - 1 - dropped]);
            }
            dropped++;
        }
    }

    /** The same without an upper end. */
    Range orMore() {
        return new Range(low, Double.POSITIVE_INFINITY);
    }

    /** Widened as far as it takes to have a value in it. */
    Range with(double value) {
        return new Range(Math.min(low, value), Math.max(high, value));
    }

    /** Quotients of the values of this one and those of another; all of them positive. */
    Range over(Range other) {
        return new Range(low / other.high, high / other.low);
    }
}
