package dev.millrace.ops.bench.report;

import java.util.List;

/** A run as a page. */
public final class MarkdownReport {
    private MarkdownReport() {}

    /** All of it; a run that did not come to its end says so before anything else. */
    public static String of(Board board, Machine machine, Run run) {
        var text = new StringBuilder("# Last published figures\n\nMade by `")
                .append(run.command())
                .append("` (profile ")
                .append(run.profile())
                .append("). What is measured and how: [docs/benchmarks.md](../../docs/benchmarks.md).\n\n");
        run.incomplete()
                .ifPresent(sentence -> text.append("**").append(sentence).append("**\n\n"));
        row(text, "run and machine", "");
        row(text, "---", "---");
        run.plan().forEach((what, value) -> row(text, what.replace('_', ' '), Long.toString(value)));
        machine.facts().forEach((what, value) -> row(text, what, value));
        text.append("\n## What was to be reached\n\n");
        row(text, "metric", "arm", "reference", "ratio or value", "to reach", "verdict");
        row(text, "---", "---", "---", "---", "---", "---");
        for (var comparison : board.comparisons()) {
            row(
                    text,
                    comparison.name(),
                    comparison.arm(),
                    comparison.reference(),
                    Lines.ratio(comparison),
                    Lines.target(comparison),
                    comparison.verdict().word());
        }
        text.append("\n## Figures\n\n");
        row(text, "metric", "arm", "median", "lowest to highest round", "unit", "n", "gates");
        row(text, "---", "---", "---", "---", "---", "---", "---");
        for (var figure : board.figures()) {
            row(
                    text,
                    figure.metric(),
                    figure.arm(),
                    Lines.value(figure),
                    Lines.spread(figure.value()).strip(),
                    figure.unit(),
                    Long.toString(figure.samples()),
                    figure.valid() ? "held" : "**INVALID**: " + String.join("; ", figure.failed()));
        }
        if (!board.notes().isEmpty()) {
            text.append("\n## Notes\n\n");
            board.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String... cells) {
        text.append("| ")
                .append(String.join(
                        " | ",
                        List.of(cells).stream()
                                .map(cell -> cell.replace("|", "\\|"))
                                .toList()))
                .append(" |\n");
    }
}
