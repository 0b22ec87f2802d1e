package dev.millrace.ops.chaos;

import dev.millrace.ops.chaos.load.ClientLog;
import dev.millrace.ops.chaos.stage.Stage;
import dev.millrace.ops.history.Expectation;
import dev.millrace.ops.history.History;
import dev.millrace.ops.history.InvoiceCheck;
import dev.millrace.ops.history.InvoiceReader;
import dev.millrace.ops.history.JobCheck;
import dev.millrace.ops.history.MoneyCheck;
import dev.millrace.ops.history.ResultsFollower;
import dev.millrace.ops.history.TopicReader;
import dev.millrace.ops.history.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What is waited for and looked at once nothing is broken any more. */
final class Aftermath {
    /** When no job gets its end for so long, none will; it is longer than any deadline and lease of the run. */
    private static final Duration STANDS_STILL = Duration.ofMinutes(1);

    private static final long LOOK_MILLIS = 500;
    private static final int LOOKS_PER_WORD = 10;

    private final Stage stage;
    private final TopicReader reader;
    private final ResultsFollower follower;
    private final List<String> accepted;
    private long quietMillis;

    /** @param accepted ids of the jobs that clients were told are accepted */
    Aftermath(Stage stage, TopicReader reader, ResultsFollower follower, List<String> accepted) {
        this.stage = stage;
        this.reader = reader;
        this.follower = follower;
        this.accepted = List.copyOf(accepted);
    }

    /** Waits until every accepted job has an end, and every other request on the log, as long as there are fewer of them from time to time. */
    void awaitQuiet(Consumer<String> progress) throws InterruptedException {
        long begunNanos = System.nanoTime();
        await("accepted jobs", () -> follower.withoutEnd(accepted), progress);
        quietMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
        // Nobody was told of some requests; they are to be served as well, and their money would move during the check.
        var submits = reader.submits();
        await("requests on the log", () -> follower.unanswered(submits), progress);
    }

    private static void await(String what, Supplier<List<String>> withoutEnd, Consumer<String> progress)
            throws InterruptedException {
        var left = withoutEnd.get();
        int fewest = left.size();
        long fewestSinceNanos = System.nanoTime();
        for (int looks = 1; !left.isEmpty(); looks++) {
            if (System.nanoTime() - fewestSinceNanos > STANDS_STILL.toNanos()) {
                progress.accept(left.size() + " " + what + " have no end, and none got one within " + STANDS_STILL
                        + ", such as " + left.subList(0, Math.min(5, left.size())));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            left = withoutEnd.get();
            if (left.size() < fewest) {
                fewest = left.size();
                fewestSinceNanos = System.nanoTime();
            }
            if (looks % LOOKS_PER_WORD == 0) {
                progress.accept(left.size() + " " + what + " have no end yet ...");
            }
        }
    }

    long quietMillis() {
        return quietMillis;
    }

    /** Checks everything; money is given time as long as more of it arrives. */
    Verdict check(ClientLog log, List<Expectation> expected, Consumer<String> progress)
            throws IOException, InterruptedException {
        int fewest = Integer.MAX_VALUE;
        long fewestSinceNanos = System.nanoTime();
        while (true) {
            var undecodable = new ArrayList<String>();
            var history = new History(
                    reader.submits(),
                    follower.jobs(),
                    reader.values(reader.topics().settlements(), undecodable::add),
                    reader.values(reader.topics().ledger(), undecodable::add),
                    reader.balances(undecodable::add),
                    undecodable,
                    InvoiceReader.read(stage.vendor()));
            var verdict = new Verdict();
            MoneyCheck.check(history, verdict);
            if (verdict.violations().size() < fewest) {
                fewest = verdict.violations().size();
                fewestSinceNanos = System.nanoTime();
            }
            if (fewest == 0 || System.nanoTime() - fewestSinceNanos > STANDS_STILL.toNanos()) {
                JobCheck.check(history, expected, verdict);
                InvoiceCheck.check(history, expected, Stage.PRICES, verdict);
                seen(log, verdict);
                return verdict;
            }
            progress.accept(verdict.violations().size() + " disagreements about money, such as "
                    + verdict.violations().getFirst());
            TimeUnit.SECONDS.sleep(2);
        }
    }

    private static void seen(ClientLog log, Verdict verdict) {
        log.looked().forEach(verdict::held);
        for (var complaint : log.complaints()) {
            verdict.require(complaint.promise(), false, complaint.jobId(), complaint.what());
        }
    }
}
