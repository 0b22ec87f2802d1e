package dev.millrace.ingress.http;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.Usage;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobListener;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.egress.log.JobSummary;
import dev.millrace.egress.log.JobUnavailable;
import dev.millrace.egress.log.Subscription;
import dev.millrace.egress.reply.Reply;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A results log of one process's memory: tests put events in, listeners get them as from the real one. */
final class FakeJobLog implements JobLog {
    private final Vertx vertx;
    private final Map<String, Tap> taps = new ConcurrentHashMap<>();
    private final Map<String, JobSnapshot> snapshots = new ConcurrentHashMap<>();
    final Map<JobId, InferenceRequest> requests = new ConcurrentHashMap<>();
    final AtomicInteger cancelled = new AtomicInteger();

    FakeJobLog(Vertx vertx) {
        this.vertx = vertx;
    }

    private final class Tap implements Subscription {
        private final Context context = vertx.getOrCreateContext();
        private final JobListener listener;
        private final Queue<JobEvent> waiting = new ArrayDeque<>();
        private boolean paused;
        private boolean over;

        Tap(JobListener listener) {
            this.listener = listener;
        }

        void offer(JobEvent event) {
            context.runOnContext(_ -> {
                waiting.add(event);
                drain();
            });
        }

        private void drain() {
            while (!paused && !over && !waiting.isEmpty()) {
                listener.onEvent(waiting.remove());
            }
        }

        @Override
        public void cancel() {
            if (!over) {
                over = true;
                cancelled.incrementAndGet();
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
            context.runOnContext(_ -> drain());
        }

        @Override
        public Future<Void> found() {
            return Future.succeededFuture();
        }
    }

    @Override
    public int choosePartition() {
        return 3;
    }

    @Override
    public Subscription open(JobId id, AccountId account, JobListener listener) {
        var tap = new Tap(listener);
        taps.put(id.value(), tap);
        return tap;
    }

    @Override
    public Subscription resume(JobId id, AccountId account, long afterIndex, JobListener listener) {
        return open(id, account, listener);
    }

    @Override
    public Future<JobSnapshot> snapshot(JobId id, AccountId account) {
        var snapshot = snapshots.get(account.value() + "/" + id.value());
        return snapshot == null
                ? Future.failedFuture(new JobUnavailable(ErrorCode.JOB_NOT_FOUND, "There is no such job."))
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
        return Future.succeededFuture(List.of());
    }

    boolean follows(String job) {
        return taps.containsKey(job);
    }

    /** One chunk of text, then the end. */
    void answer(String job, String text) {
        chunk(job, text);
        end(job);
    }

    void chunk(String job, String text) {
        offer(job, new JobEvent.Chunk(0, result(job, 0, new TextDelta(text, List.of()), null), false));
    }

    /** All of an answer in one record with its end. */
    void complete(String job, List<Delta> deltas, @Nullable Usage usage) {
        var terminal = Terminal.newBuilder(terminal(JobStatus.COMPLETED))
                .setUsage(usage)
                .build();
        var record = result(job, 0, new TextDelta("", List.of()), terminal);
        offer(
                job,
                new JobEvent.Ended(
                        0, InferenceResult.newBuilder(record).setDeltas(deltas).build(), false));
    }

    void end(String job) {
        var finish = new FinishDelta(FinishReason.STOP, "stop");
        offer(job, new JobEvent.Ended(1, result(job, 1, finish, terminal(JobStatus.COMPLETED)), false));
    }

    void verdict(String job, VerdictKind kind, @Nullable String original) {
        offer(job, new JobEvent.Answered(new Verdict(kind, original)));
    }

    void know(String account, String job, @Nullable JobStatus ended) {
        var phase = ended == null ? JobSnapshot.Phase.RUNNING : JobSnapshot.Phase.ENDED;
        var terminal = ended == null ? null : terminal(ended);
        var reply = new Reply(List.of(), false, null);
        snapshots.put(
                account + "/" + job,
                new JobSnapshot(new JobId(job), phase, 0, "local", "local/echo", 1, 1, reply, terminal));
    }

    private void offer(String job, JobEvent event) {
        var tap = taps.get(job);
        if (tap == null) {
            throw new AssertionError("nobody follows " + job);
        }
        tap.offer(event);
    }

    private static Terminal terminal(JobStatus status) {
        return Terminal.newBuilder().setStatus(status).build();
    }

    private static InferenceResult result(String job, long seq, Object content, @Nullable Terminal terminal) {
        return InferenceResult.newBuilder()
                .setJobId(job)
                .setAccount("acme")
                .setAttempt(1)
                .setEpoch(1)
                .setSeq(seq)
                .setCreatedAtMillis(0)
                .setProvider("local")
                .setModel("local/echo")
                .setDeltas(List.of(new Delta(0, content, Map.of())))
                .setTerminal(terminal)
                .build();
    }
}
