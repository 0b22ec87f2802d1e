package dev.millrace.egress.log;

import dev.millrace.egress.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A listener that keeps what it hears, in short form. */
final class Collected implements JobListener {
    private final List<JobEvent> events = new ArrayList<>();
    private final List<String> threads = new ArrayList<>();

    @Override
    public synchronized void onEvent(JobEvent event) {
        events.add(event);
        threads.add(Thread.currentThread().getName());
    }

    synchronized List<JobEvent> events() {
        return List.copyOf(events);
    }

    synchronized List<String> threads() {
        return List.copyOf(threads);
    }

    /** Such as {@code 0:Hel}, {@code 1!lo} (restarted), {@code 2=COMPLETED}, {@code lost RESULT_EXPIRED}. */
    List<String> heard() {
        return events().stream().map(Collected::brief).toList();
    }

    List<String> untilLast() {
        patiently().until(this::complete);
        return heard();
    }

    List<String> until(int count) {
        patiently().until(() -> events().size() >= count);
        return heard();
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(LogFixture.patience()).pollInterval(Duration.ofMillis(2));
    }

    boolean complete() {
        var all = events();
        return !all.isEmpty() && (all.getLast() instanceof JobEvent.Ended || all.getLast() instanceof JobEvent.Lost);
    }

    static String brief(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var index, var record, var restarted) ->
                index + (restarted ? "!" : ":") + Results.textOf(record);
            case JobEvent.Ended(var index, var record, var restarted) ->
                index + (restarted ? "!=" : "=") + record.getTerminal().getStatus();
            case JobEvent.Answered(var verdict) -> "verdict " + verdict.getKind();
            case JobEvent.Lost(var code, var _) -> "lost " + code;
        };
    }
}
