package dev.millrace.ops.bench.report;

import java.util.List;

/** The straight line through figures that were taken at equal steps. */
public final class Slope {
    private Slope() {}

    /** By how much it rises per step, by least squares; 0 for fewer than two figures. */
    public static double perStep(List<Double> figures) {
        int count = figures.size();
        if (count < 2) {
            return 0;
        }
        double middle = (count - 1) / 2.0;
        double mean =
                figures.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double above = 0;
        double below = 0;
        for (int i = 0; i < count; i++) {
            above += (i - middle) * (figures.get(i) - mean);
            below += (i - middle) * (i - middle);
        }
        return above / below;
    }
}
