package dev.millrace.ops.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Collects what a run finds, and tells it on as it comes. Not thread-safe. */
public final class Board {
    private final List<Figure> figures = new ArrayList<>();
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Consumer<String> progress;
    private final long beganNanos = System.nanoTime();

    /** @param progress hears a line for a person at every step */
    public Board(Consumer<String> progress) {
        this.progress = progress;
    }

    public void say(String line) {
        progress.accept(line);
    }

    /** Says what comes next, with the seconds since the beginning. */
    public void step(String line) {
        progress.accept("[" + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNanos) + " s] " + line);
    }

    public void add(Figure figure) {
        figures.add(figure);
        progress.accept("  " + Lines.of(figure));
    }

    /** Something the reader of the figures must know, such as an arm left out. */
    public void note(String note) {
        notes.add(note);
        progress.accept("  NOTE " + note);
    }

    public void compare(Comparison comparison) {
        comparisons.add(comparison);
        progress.accept("  " + Lines.of(comparison));
    }

    /** Compares two figures of this run; nothing when one of them is missing. */
    public void compare(
            String metric, String arm, String reference, String referenceMetric, double limit, boolean atMost) {
        var mine = figure(metric, arm);
        var other = figure(referenceMetric, reference);
        if (mine.isPresent() && other.isPresent()) {
            compare(Comparison.of(mine.get(), other.get(), limit, atMost));
        }
    }

    public Optional<Figure> figure(String metric, String arm) {
        return figures.stream()
                .filter(figure -> figure.metric().equals(metric) && figure.arm().equals(arm))
                .findFirst();
    }

    public List<Figure> figures() {
        return List.copyOf(figures);
    }

    public List<Comparison> comparisons() {
        return List.copyOf(comparisons);
    }

    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Lets no figure of an arm count, for a reason that concerns all of them. */
    public void condemn(String arm, String reason) {
        figures.replaceAll(figure -> figure.arm().equals(arm) ? figure.condemned(reason) : figure);
        progress.accept("  INVALID: every figure of " + arm + ": " + reason);
    }

    /** Whether every figure counts. */
    public boolean valid() {
        return figures.stream().allMatch(Figure::valid);
    }
}
