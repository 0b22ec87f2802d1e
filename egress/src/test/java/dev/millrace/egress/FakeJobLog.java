package dev.millrace.egress;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobListener;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.egress.log.JobSummary;
import dev.millrace.egress.log.JobUnavailable;
import dev.millrace.egress.log.Subscription;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A job log without a log: tests say what happens in it. */
public final class FakeJobLog implements JobLog {
    private final Vertx vertx;
    public final List<Fed> subscriptions = new CopyOnWriteArrayList<>();
    public final Map<JobId, InferenceRequest> requests = new ConcurrentHashMap<>();
    public final Map<JobId, JobSnapshot> snapshots = new ConcurrentHashMap<>();
    public volatile List<JobSummary> recent = List.of();
    private final Map<JobId, List<JobEvent>> past = new HashMap<>();

    public FakeJobLog(Vertx vertx) {
        this.vertx = vertx;
    }

    /** A subscription as the log's side sees it. */
    public static final class Fed implements Subscription {
        public final JobId job;
        public final AccountId account;
        public final long after;
        private final JobListener listener;
        private final Context context;
        private final Promise<Void> found = Promise.promise();
        private final ArrayDeque<JobEvent> waiting = new ArrayDeque<>();
        private volatile boolean paused;
        private volatile boolean cancelled;
        private final AtomicInteger pauses = new AtomicInteger();

        Fed(JobId job, AccountId account, long after, JobListener listener, Context context) {
            this.job = job;
            this.account = account;
            this.after = after;
            this.listener = listener;
            this.context = context;
        }

        /** An event of the job. */
        public void emit(JobEvent event) {
            context.runOnContext(_ -> {
                waiting.add(event);
                flush();
            });
        }

        public void exists() {
            context.runOnContext(_ -> found.tryComplete());
        }

        private void flush() {
            while (!paused && !cancelled && !waiting.isEmpty()) {
                listener.onEvent(waiting.poll());
                found.tryComplete();
            }
        }

        public boolean cancelled() {
            return cancelled;
        }

        public boolean paused() {
            return paused;
        }

        public int pauses() {
            return pauses.get();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void pause() {
            paused = true;
            pauses.incrementAndGet();
        }

        @Override
        public void resume() {
            paused = false;
            context.runOnContext(_ -> flush());
        }

        @Override
        public Future<Void> found() {
            return found.future();
        }
    }

    /** The events a job has on the log already: for whoever resumes it. */
    public synchronized void put(JobId job, JobEvent... events) {
        past.put(job, List.of(events));
    }

    public static JobEvent event(long index, InferenceResult record) {
        return record.getTerminal() == null
                ? new JobEvent.Chunk(index, record, false)
                : new JobEvent.Ended(index, record, false);
    }

    @Override
    public int choosePartition() {
        return 0;
    }

    @Override
    public Subscription open(JobId id, AccountId account, JobListener listener) {
        return subscribe(id, account, -1, listener);
    }

    @Override
    public synchronized Subscription resume(JobId id, AccountId account, long afterIndex, JobListener listener) {
        var fed = subscribe(id, account, afterIndex, listener);
        past.getOrDefault(id, List.of()).stream()
                .filter(event -> !(event instanceof JobEvent.Chunk chunk) || chunk.index() > afterIndex)
                .forEach(fed::emit);
        return fed;
    }

    private Fed subscribe(JobId id, AccountId account, long after, JobListener listener) {
        var fed = new Fed(id, account, after, listener, vertx.getOrCreateContext());
        subscriptions.add(fed);
        return fed;
    }

    @Override
    public Future<JobSnapshot> snapshot(JobId id, AccountId account) {
        @Nullable JobSnapshot snapshot = snapshots.get(id);
        return snapshot == null
                ? Future.failedFuture(new JobUnavailable(ErrorCode.JOB_NOT_FOUND, "no such job"))
                : Future.succeededFuture(snapshot);
    }

    @Override
    public Future<InferenceRequest> request(JobId id, AccountId account) {
        var request = requests.get(id);
        return request == null
                ? Future.failedFuture(new JobUnavailable(ErrorCode.JOB_NOT_FOUND, "no such job"))
                : Future.succeededFuture(request);
    }

    @Override
    public Future<List<JobSummary>> recent(AccountId account, int limit) {
        return Future.succeededFuture(recent.stream().limit(limit).toList());
    }
}
