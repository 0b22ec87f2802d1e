package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.results.ResultsScan;
import dev.millrace.results.ResultsScan.Search;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads jobs back from the results log on a thread of its own, because reading blocks. Whoever asks while it reads is served together by the
 * next pass over the log: a worker that takes over a thousand orders does not read the log a thousand times.
 *
 * <p>Asked for orders that may have been begun elsewhere: whether they have an end already, and afterwards which end readers accept.
 */
public final class LogCheck implements AutoCloseable {
    /** Attempts of one job lie at most this far apart. */
    private static final long MAX_JOB_AGE_MILLIS = TimeUnit.HOURS.toMillis(24);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("worker-log-check").daemon(true).factory());
    private final Supplier<ResultsScan> open;
    private final Queue<Wanted> waiting = new ConcurrentLinkedQueue<>();
    private volatile @Nullable ResultsScan scan;

    public LogCheck(Supplier<ResultsScan> open) {
        this.open = open;
    }

    /** The job's history up to now; fails when Kafka does not answer. */
    CompletableFuture<JobHistory> read(InferenceDispatch dispatch) {
        var wanted =
                new Wanted(dispatch, new JobHistory(new AccountId(dispatch.getAccount())), new CompletableFuture<>());
        waiting.add(wanted);
        thread.execute(this::readAllWaiting);
        return wanted.answer();
    }

    private void readAllWaiting() {
        var all = new ArrayList<Wanted>();
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            all.add(next);
        }
        if (all.isEmpty()) {
            return;
        }
        try {
            scan().scan(all.stream().map(Wanted::search).toList());
            all.forEach(wanted -> wanted.answer().complete(wanted.history()));
        } catch (RuntimeException e) {
            // Whatever it is, those who wait must hear of it.
            all.forEach(wanted -> wanted.answer().completeExceptionally(e));
        }
    }

    private ResultsScan scan() {
        var current = scan;
        if (current == null) {
            current = open.get();
            scan = current;
        }
        return current;
    }

    private record Wanted(InferenceDispatch dispatch, JobHistory history, CompletableFuture<JobHistory> answer) {
        Search search() {
            return new Search(new JobId(dispatch.getJobId()), fromMillis(dispatch), history::visit);
        }
    }

    private static long fromMillis(InferenceDispatch dispatch) {
        boolean known = dispatch.getOrder() instanceof AttemptOrder order
                && order.getRequest().getCreatedAtMillis() > 0;
        return known
                ? ((AttemptOrder) dispatch.getOrder()).getRequest().getCreatedAtMillis()
                : dispatch.getCreatedAtMillis() - MAX_JOB_AGE_MILLIS;
    }

    @Override
    public void close() {
        thread.execute(() -> {
            var current = scan;
            if (current != null) {
                current.close();
            }
        });
        thread.shutdown();
    }
}
