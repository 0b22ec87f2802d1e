package dev.millrace.ops.chaos;

import dev.millrace.ops.chaos.load.ClientLog.Complaint;
import dev.millrace.ops.chaos.stage.Stage;
import dev.millrace.ops.history.Expectation;
import dev.millrace.ops.history.History;
import dev.millrace.ops.history.InvoiceCheck;
import dev.millrace.ops.history.InvoiceReader;
import dev.millrace.ops.history.JobCheck;
import dev.millrace.ops.history.MoneyCheck;
import dev.millrace.ops.history.Promise;
import dev.millrace.ops.history.ResultsFollower;
import dev.millrace.ops.history.TopicReader;
import dev.millrace.ops.history.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What is waited for and looked at once nothing is broken any more. */
final class Aftermath {
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(2);
    private static final Duration STRANGERS_WITHIN = Duration.ofMinutes(1);
    private static final Duration MONEY_WITHIN = Duration.ofMinutes(1);
    private static final long LOOK_MILLIS = 500;
    private static final int LOOKS_PER_WORD = 10;

    private final Stage stage;
    private final TopicReader reader;
    private final ResultsFollower follower;
    private final List<Expectation> accepted;
    private long quietMillis;

    Aftermath(Stage stage, TopicReader reader, ResultsFollower follower, List<Expectation> accepted) {
        this.stage = stage;
        this.reader = reader;
        this.follower = follower;
        this.accepted = accepted;
    }

    /** Waits until every accepted job has an end, for a bounded time. */
    void awaitQuiet(Consumer<String> progress) throws InterruptedException {
        var ids = accepted.stream().map(Expectation::jobId).toList();
        long begunNanos = System.nanoTime();
        int looks = 0;
        var left = follower.withoutEnd(ids);
        while (!left.isEmpty() && System.nanoTime() - begunNanos < ENDS_WITHIN.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            left = follower.withoutEnd(ids);
            if (++looks % LOOKS_PER_WORD == 0) {
                progress.accept(left.size() + " accepted jobs have no end yet ...");
            }
        }
        quietMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
        if (!left.isEmpty()) {
            progress.accept(left.size() + " jobs have no end after " + ENDS_WITHIN + ", such as "
                    + left.subList(0, Math.min(5, left.size())));
        }
        awaitStrangers(progress);
    }

    /** Nobody was told of these jobs, but they are at work, and their money would move during the check. */
    private void awaitStrangers(Consumer<String> progress) throws InterruptedException {
        long begunNanos = System.nanoTime();
        var left = follower.withoutEnd();
        while (!left.isEmpty() && System.nanoTime() - begunNanos < STRANGERS_WITHIN.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            left = follower.withoutEnd();
        }
        if (!left.isEmpty()) {
            progress.accept(left.size() + " jobs that no client knows of have no end after " + STRANGERS_WITHIN
                    + ", such as " + left.subList(0, Math.min(5, left.size())));
        }
    }

    long quietMillis() {
        return quietMillis;
    }

    /** Checks everything; money is given some time to arrive. */
    Verdict check(List<Complaint> complaints, Consumer<String> progress) throws IOException, InterruptedException {
        long begunNanos = System.nanoTime();
        while (true) {
            var history = new History(
                    follower.jobs(),
                    reader.values(reader.topics().settlements()),
                    reader.values(reader.topics().ledger()),
                    reader.balances(),
                    InvoiceReader.read(stage.vendor()));
            var verdict = new Verdict();
            MoneyCheck.check(history, verdict);
            if (verdict.violations().isEmpty() || System.nanoTime() - begunNanos > MONEY_WITHIN.toNanos()) {
                JobCheck.check(history, accepted, verdict);
                InvoiceCheck.check(history, accepted, verdict);
                complaints(complaints, verdict);
                return verdict;
            }
            progress.accept(verdict.violations().size() + " disagreements about money, such as "
                    + verdict.violations().getFirst());
            TimeUnit.SECONDS.sleep(2);
        }
    }

    private void complaints(List<Complaint> complaints, Verdict verdict) {
        verdict.held(Promise.SEEN_TEXT, accepted.size());
        verdict.held(Promise.ONE_JOB, accepted.size());
        for (var complaint : complaints) {
            verdict.require(complaint.promise(), false, complaint.jobId(), complaint.what());
        }
    }
}
