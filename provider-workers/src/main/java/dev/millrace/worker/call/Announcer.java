package dev.millrace.worker.call;

import dev.millrace.avro.Announcement;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;
import dev.millrace.worker.intake.Work;
import java.util.List;

/** Writes what the router decided into the job's results, because workers are the only writers there. */
final class Announcer {
    private final CallSettings settings;

    Announcer(CallSettings settings) {
        this.settings = settings;
    }

    /** Writes the record, reports where a terminal lies, then runs {@code done}. Verdicts are not reported. */
    void write(Work work, Announcement announcement, boolean logChecked, Runnable done) {
        if (settings.membership().stale(System.nanoTime())) {
            return;
        }
        var traceparent = work.dispatch().getTraceparent();
        var records = new ResultSequence(work);
        long now = settings.clock().millis();
        switch (announcement.getRecord()) {
            case Terminal terminal ->
                settings.writer()
                        .result(
                                records.next(List.of(), terminal, null, now),
                                traceparent,
                                (offset, _) -> settings.writer()
                                        .outcome(announced(work, terminal, offset, logChecked), traceparent, done));
            case Verdict verdict ->
                settings.writer()
                        .result(records.next(List.of(), null, verdict, now), traceparent, (_, _) -> done.run());
            default -> done.run();
        }
    }

    private AttemptOutcome announced(Work work, Terminal terminal, long offset, boolean logChecked) {
        long now = settings.clock().millis();
        return AttemptOutcome.newBuilder()
                .setJobId(work.dispatch().getJobId())
                .setAccount(work.dispatch().getAccount())
                .setAttempt(work.dispatch().getAttempt())
                .setEpoch(work.epoch())
                .setWorker(settings.workerId())
                .setProvider("")
                .setModel("")
                .setKind(OutcomeKind.ANNOUNCED)
                .setTerminal(terminal)
                .setTerminalOffset(offset)
                .setLogChecked(logChecked)
                .setStartedAtMillis(now)
                .setEndedAtMillis(now)
                .build();
    }
}
