package dev.millrace.ops.bench.report;

import java.util.Locale;

/** Figures as text. */
final class Lines {
    private Lines() {}

    static String of(Figure figure) {
        return figure.metric() + " " + figure.arm() + " "
                + value(figure) + " " + figure.unit() + spread(figure.value())
                + (figure.valid() ? "" : " INVALID: " + String.join("; ", figure.failed()));
    }

    static String of(Comparison comparison) {
        return comparison.name() + " " + comparison.arm() + " / " + comparison.reference() + " = " + ratio(comparison)
                + " (" + target(comparison) + ": " + comparison.verdict().word() + ")";
    }

    static String value(Figure figure) {
        return (figure.atLeast() ? ">= " : "") + number(figure.value().median());
    }

    static String ratio(Comparison comparison) {
        return number(comparison.ratio()) + range(comparison.range());
    }

    private static String range(Range range) {
        if (range.low() == range.high() || range.equals(Range.UNKNOWN)) {
            return "";
        }
        return range.high() == Double.POSITIVE_INFINITY
                ? " (" + number(range.low()) + " or more)"
                : " (" + number(range.low()) + " to " + number(range.high()) + ")";
    }

    static String target(Comparison comparison) {
        return (comparison.atMost() ? "<= " : ">= ") + number(comparison.limit());
    }

    static String spread(Spread spread) {
        return spread.lowest() == spread.highest()
                ? ""
                : " (" + number(spread.lowest()) + " to " + number(spread.highest()) + ")";
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : "%.2f", value);
    }
}
