package dev.millrace.ops.bench.report;

import java.util.List;

/**
 * The median of some figures and how far they lie apart.
 *
 * @param rounds the figures themselves, in the order of the rounds
 */
public record Spread(double median, double lowest, double highest, List<Double> rounds) {
    public Spread {
        rounds = List.copyOf(rounds);
    }

    /**
     * Of at least one figure; the median of an even number of them is the mean of the middle two.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("no figures");
        }
        var sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], figures);
    }

    /** A single figure. */
    public static Spread single(double figure) {
        return of(List.of(figure));
    }
}
