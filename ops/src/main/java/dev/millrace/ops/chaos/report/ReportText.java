package dev.millrace.ops.chaos.report;

import dev.millrace.ops.chaos.load.StreamWatch.Figures;
import dev.millrace.ops.chaos.stage.Hand.Stroke;
import dev.millrace.ops.history.Promise;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The report as Markdown, which reads as a table on a terminal too. */
public final class ReportText {
    private static final int MOST_VIOLATIONS = 20;

    private final Report report;
    private final StringBuilder text = new StringBuilder();

    public ReportText(Report report) {
        this.report = report;
    }

    /** All of it. */
    public String markdown() {
        line("# Fault run, seed " + report.schedule().seed() + ": "
                + (report.held() ? "every promise held" : "PROMISES BROKEN"));
        line("");
        line("`" + report.command() + "`");
        line("");
        line(report.accepted() + " accepted jobs, " + report.kills() + " kills among "
                + report.strokes().stream().filter(Stroke::happened).count() + " faults, in "
                + report.tookMillis() / 1000 + " s (start " + report.startMillis() / 1000 + " s, until quiet "
                + report.quietMillis() / 1000 + " s).");
        promises();
        faults();
        waits();
        figures();
        uses();
        violations();
        return text.toString();
    }

    private void promises() {
        heading("| promise | looked at | broken |", "|---|---:|---:|");
        for (var promise : Promise.values()) {
            line("| " + promise.text() + " | " + report.verdict().looked().getOrDefault(promise, 0L) + " | "
                    + report.verdict().violations(promise) + " |");
        }
    }

    private void faults() {
        var happened = new TreeMap<String, Long>();
        var spared = new TreeMap<String, Long>();
        for (var stroke : report.strokes()) {
            (stroke.happened() ? happened : spared).merge(Report.cause(stroke.fault()), 1L, Math::addExact);
        }
        var ended = new TreeMap<String, Long>();
        report.endings()
                .forEach(ending -> ended.merge(ending.process() + ", exit " + ending.exitCode(), 1L, Math::addExact));
        heading("| fault | happened | passed over |", "|---|---:|---:|");
        var causes = new TreeSet<>(happened.keySet());
        causes.addAll(spared.keySet());
        causes.forEach(cause -> line("| " + cause + " | " + happened.getOrDefault(cause, 0L) + " | "
                + spared.getOrDefault(cause, 0L) + " |"));
        if (report.smallDisks().isEmpty()) {
            line("");
            line("**No disk was full: this system let nobody mount a small one.**");
        }
        line("");
        line("Ended by themselves and were started again: " + (ended.isEmpty() ? "none" : ended));
    }

    private void waits() {
        heading(
                "| after | times | next chunk of a running stream, p50 | max | first chunk of a new job, p50 | max | never |",
                "|---|---:|---:|---:|---:|---:|---:|");
        var causes = new TreeSet<String>();
        report.waits().keySet().forEach(key -> causes.add(key.substring(0, key.indexOf(": "))));
        for (var cause : causes) {
            var next = report.waits().get(cause + Report.NEXT_CHUNK);
            var first = report.waits().get(cause + Report.FIRST_CHUNK);
            int never = (next == null ? 0 : next.unanswered()) + (first == null ? 0 : first.unanswered());
            line("| " + cause + " | " + (next == null ? 0 : next.times()) + " | " + pair(next) + " | " + pair(first)
                    + " | " + never + " |");
        }
    }

    private static String pair(@Nullable Figures figures) {
        return figures == null || figures.times() == 0
                ? "– | –"
                : figures.p50Millis() + " ms | " + figures.maxMillis() + " ms";
    }

    private void figures() {
        heading("| figure | count |", "|---|---:|");
        report.verdict().figures().forEach((name, count) -> line("| " + name + " | " + count + " |"));
        new TreeMap<>(report.clients()).forEach((name, count) -> line("| clients: " + name + " | " + count + " |"));
    }

    private void uses() {
        heading("| process | starts | processor time |", "|---|---:|---:|");
        report.uses()
                .forEach((name, use) ->
                        line("| " + name + " | " + use.starts() + " | " + use.cpuMillis() / 1000 + " s |"));
    }

    private void violations() {
        if (report.held()) {
            return;
        }
        line("");
        line("## Broken");
        line("");
        report.verdict().violations().stream().limit(MOST_VIOLATIONS).forEach(each -> line("- " + each));
        int more = report.verdict().violations().size() - MOST_VIOLATIONS;
        if (more > 0) {
            line("- and " + more + " more, all of them in `report.json`");
        }
        if (!report.notLookedAt().isEmpty()) {
            line("- nothing was looked at that could have broken: " + report.notLookedAt());
        }
        if (report.strokes().size() < report.schedule().faults().size()) {
            line("- of " + report.schedule().faults().size() + " faults only "
                    + report.strokes().size() + " are accounted for");
        }
        line("");
        line("Again: `" + report.command() + "`, or with `--schedule schedule.json` of this directory.");
    }

    private void heading(String names, String rule) {
        line("");
        line(names);
        line(rule);
    }

    private void line(String content) {
        text.append(content).append('\n');
    }
}
