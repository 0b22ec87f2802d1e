package dev.millrace.ops.bench.report;

import java.util.ArrayList;
import java.util.Locale;

/**
 * One arm's figure over a reference of the same run, or by itself.
 *
 * @param name what is compared
 * @param reference over what
 * @param ratio of the medians, or the value; not a number when the reference is nothing
 * @param range where it lies by what the rounds say
 * @param limit what is to be reached
 * @param atMost whether the ratio is to stay below the limit, else above
 * @param valid whether both figures count
 */
public record Comparison(
        String name,
        String arm,
        String reference,
        double ratio,
        Range range,
        double limit,
        boolean atMost,
        boolean valid) {
    /** What can be said of the target. */
    public enum Verdict {
        REACHED,
        MISSED,
        /** The range lies on both sides of the limit. */
        UNDECIDED,
        /** A gate of one of the figures did not hold. */
        INVALID;

        /** As it stands in reports. */
        String word() {
            return this == INVALID ? name() : name().toLowerCase(Locale.ROOT);
        }
    }

    /** One whose range is not known: the ratio is taken as it is. */
    public Comparison(
            String name, String arm, String reference, double ratio, double limit, boolean atMost, boolean valid) {
        this(name, arm, reference, ratio, Range.exactly(ratio), limit, atMost, valid);
    }

    /**
     * A figure over another one.
     *
     * <p>With as many rounds on both sides, its range is that of the ratios of each round: arms are called in turn within a round.
     */
    public static Comparison of(Figure mine, Figure reference, double limit, boolean atMost) {
        double below = reference.value().median();
        double ratio = below > 0 ? mine.value().median() / below : Double.NaN;
        return new Comparison(
                mine.metric(),
                mine.arm(),
                reference.arm(),
                ratio,
                below > 0 ? rangeOf(ratio, mine, reference).with(ratio) : Range.UNKNOWN,
                limit,
                atMost,
                mine.valid() && reference.valid());
    }

    /** A figure by itself. */
    public static Comparison of(Figure mine, String reference, double limit, boolean atMost) {
        double value = mine.value().median();
        return new Comparison(mine.metric(), mine.arm(), reference, value, mine.range(), limit, atMost, mine.valid());
    }

    private static Range rangeOf(double ratio, Figure mine, Figure reference) {
        if (mine.atLeast() || reference.atLeast()) {
            return mine.range().over(reference.range());
        }
        var above = mine.value().rounds();
        var below = reference.value().rounds();
        if (above.size() != below.size()) {
            return Range.exactly(ratio);
        }
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < above.size(); i++) {
            ratios.add(below.get(i) > 0 ? above.get(i) / below.get(i) : Double.POSITIVE_INFINITY);
        }
        return Range.ofMedian(ratios);
    }

    public Verdict verdict() {
        if (!valid) {
            return Verdict.INVALID;
        }
        if (meets(atMost ? range.high() : range.low())) {
            return Verdict.REACHED;
        }
        return meets(atMost ? range.low() : range.high()) ? Verdict.UNDECIDED : Verdict.MISSED;
    }

    public boolean reached() {
        return verdict() == Verdict.REACHED;
    }

    private boolean meets(double value) {
        return atMost ? value <= limit : value >= limit;
    }
}
