package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.results.ResultsScan;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads jobs back from the results log, one after the other on a thread of its own, because reading blocks.
 *
 * <p>Asked for orders that may have been begun elsewhere: whether they have an end already, and afterwards which end readers accept.
 */
public final class LogCheck implements AutoCloseable {
    /** Attempts of one job lie at most this far apart. */
    private static final long MAX_JOB_AGE_MILLIS = TimeUnit.HOURS.toMillis(24);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("worker-log-check").daemon(true).factory());
    private final Supplier<ResultsScan> open;
    private volatile @Nullable ResultsScan scan;

    public LogCheck(Supplier<ResultsScan> open) {
        this.open = open;
    }

    /** The job's history up to now; fails when Kafka does not answer. */
    CompletableFuture<JobHistory> read(InferenceDispatch dispatch) {
        return CompletableFuture.supplyAsync(() -> scan(dispatch), thread);
    }

    private JobHistory scan(InferenceDispatch dispatch) {
        var current = scan;
        if (current == null) {
            current = open.get();
            scan = current;
        }
        var history = new JobHistory(new AccountId(dispatch.getAccount()));
        current.scan(new JobId(dispatch.getJobId()), fromMillis(dispatch), history::visit);
        return history;
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
