package dev.millrace.ops.bench.report;

import java.util.Locale;

/** Figures as text. */
final class Lines {
    private Lines() {}

    static String of(Figure figure) {
        return figure.metric() + " " + figure.arm() + " "
                + number(figure.value().median()) + " " + figure.unit() + spread(figure.value())
                + (figure.valid() ? "" : " INVALID: " + String.join("; ", figure.failed()));
    }

    static String of(Comparison comparison) {
        return comparison.name() + " " + comparison.arm() + " / " + comparison.reference() + " = "
                + number(comparison.ratio()) + " (" + target(comparison) + ": " + verdict(comparison) + ")";
    }

    static String target(Comparison comparison) {
        return (comparison.atMost() ? "<= " : ">= ") + number(comparison.limit());
    }

    static String verdict(Comparison comparison) {
        return comparison.valid() ? comparison.reached() ? "reached" : "missed" : "INVALID";
    }

    static String spread(Spread spread) {
        return spread.lowest() == spread.highest()
                ? ""
                : " (" + number(spread.lowest()) + " to " + number(spread.highest()) + ")";
    }

    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : "%.2f", value);
    }
}
