package dev.millrace.worker.call;

import dev.millrace.avro.Announcement;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;
import dev.millrace.worker.intake.Work;
import io.vertx.core.Context;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes what the router decided into the job's results, because workers are the only writers there. */
final class Announcer {
    private final CallSettings settings;

    Announcer(CallSettings settings) {
        this.settings = settings;
    }

    /** Writes the record, reports where a terminal lies, then runs {@code done}. Verdicts are not reported. */
    void write(Work work, Announcement announcement, Runnable done) {
        write(
                work,
                announcement,
                done,
                (terminal, offset) -> report(work, announced(work, terminal, offset, false), done));
    }

    /**
     * The same for an order that another worker may have carried out: reports the end that readers accept, which may be that of the other one.
     * When they accept none, this worker has been replaced, and the router will have the end announced once more.
     */
    void writeAgain(Work work, Announcement announcement, RedeliveryCheck redelivery, Context context, Runnable done) {
        write(
                work,
                announcement,
                done,
                (terminal, offset) -> redelivery.afterAnnouncement(
                        work,
                        context,
                        () -> announced(work, terminal, offset, true),
                        outcome -> outcome.ifPresentOrElse(accepted -> report(work, accepted, done), done)));
    }

    private void write(
            Work work, Announcement announcement, Runnable done, BiConsumer<Terminal, Long> whenTerminalIsDurable) {
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
                                (offset, _) -> whenTerminalIsDurable.accept(terminal, offset));
            case Verdict verdict ->
                settings.writer()
                        .result(records.next(List.of(), null, verdict, now), traceparent, (_, _) -> done.run());
            default -> done.run();
        }
    }

    private void report(Work work, AttemptOutcome outcome, Runnable done) {
        settings.writer().outcome(outcome, work.dispatch().getTraceparent(), done);
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
