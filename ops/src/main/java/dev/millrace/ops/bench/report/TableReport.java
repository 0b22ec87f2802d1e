package dev.millrace.ops.bench.report;

import java.util.ArrayList;
import java.util.List;

/** A run as text for a terminal. */
public final class TableReport {
    private TableReport() {}

    /** All of it; a run that did not come to its end says so before anything else. */
    public static String of(Board board, Machine machine, Run run) {
        var text = new StringBuilder("\n");
        run.incomplete().ifPresent(sentence -> text.append(sentence).append("\n\n"));
        text.append("profile: ").append(run.profile()).append('\n');
        run.plan()
                .forEach((what, value) -> text.append(what.replace('_', ' '))
                        .append(": ")
                        .append(value)
                        .append('\n'));
        machine.facts()
                .forEach((what, value) ->
                        text.append(what).append(": ").append(value).append('\n'));
        text.append('\n');
        var figures = new ArrayList<List<String>>();
        figures.add(List.of("METRIC", "ARM", "MEDIAN", "LOW TO HIGH", "UNIT", "N", ""));
        for (var figure : board.figures()) {
            figures.add(List.of(
                    figure.metric(),
                    figure.arm(),
                    Lines.value(figure),
                    Lines.spread(figure.value()).strip(),
                    figure.unit(),
                    Long.toString(figure.samples()),
                    figure.valid() ? "" : "INVALID: " + String.join("; ", figure.failed())));
        }
        text.append(columns(figures)).append('\n');
        var comparisons = new ArrayList<List<String>>();
        comparisons.add(List.of("METRIC", "ARM", "REFERENCE", "RATIO OR VALUE", "TO REACH", ""));
        for (var comparison : board.comparisons()) {
            comparisons.add(List.of(
                    comparison.name(),
                    comparison.arm(),
                    comparison.reference(),
                    Lines.ratio(comparison),
                    Lines.target(comparison),
                    comparison.verdict().word()));
        }
        text.append(columns(comparisons));
        board.notes().forEach(note -> text.append("\nNote: ").append(note));
        return text.append('\n').toString();
    }

    private static String columns(List<List<String>> rows) {
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                line.append(row.get(column))
                        .append(" ".repeat(width - row.get(column).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
