package dev.millrace.worker.call;

import dev.millrace.avro.Announcement;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Lane;
import dev.millrace.worker.intake.Desk;
import dev.millrace.worker.intake.Work;
import dev.millrace.worker.intake.WorkQueue;
import dev.millrace.worker.transport.EventLoops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which order starts when, keeps the running ones, and hands back what is done.
 *
 * <p>Orders come from the poll thread, ends from event loops; an end starts the next order at once, without waiting for a poll or until what the
 * vendor said is durable. Executions that are not durable yet count against {@link DeskLimits#maxInFlight} alone, so that no more are begun than that
 * while Kafka is away. Thread-safe.
 */
public final class CallDesk implements Desk {
    private static final Logger LOG = LoggerFactory.getLogger(CallDesk.class);
    private static final int RECENT_ATTEMPTS = 50_000;

    private final DeskLimits limits;
    private final CallSettings settings;
    private final EventLoops loops;
    private final Function<String, ProviderLine> lines;
    private final CancelBoard cancels;
    private final RedeliveryCheck redelivery;
    private final FileResolver files;
    private final Announcer announcer;
    private final WorkQueue queue = new WorkQueue();
    private final Bulkheads bulkheads;
    private final RecentWork recent = new RecentWork(RECENT_ATTEMPTS);
    private final Map<Work, CallExecution> running = new LinkedHashMap<>();
    /** Those of the running ones whose vendor is still at work. */
    private final Set<Work> calling = new HashSet<>();

    private final Queue<Work> done = new ConcurrentLinkedQueue<>();
    private final CallExecution.Host host = new ExecutionHost();
    private int callingBatch;
    private int runningBatch;
    private boolean closed;

    /**
     * How much is taken on.
     *
     * @param maxInFlight calls at once
     * @param maxBatchInFlight of them at most so many of the batch lane, so that an interactive call finds a slot
     */
    public record DeskLimits(int maxInFlight, int maxBatchInFlight) {}

    public CallDesk(
            DeskLimits limits,
            CallSettings settings,
            EventLoops loops,
            Function<String, ProviderLine> lines,
            ToIntFunction<String> maxConcurrent,
            CancelBoard cancels,
            RedeliveryCheck redelivery,
            FileResolver files) {
        this.limits = limits;
        this.settings = settings;
        this.loops = loops;
        this.lines = lines;
        this.cancels = cancels;
        this.redelivery = redelivery;
        this.files = files;
        this.announcer = new Announcer(settings);
        this.bulkheads = new Bulkheads(maxConcurrent);
    }

    @Override
    public void offer(Work work) {
        synchronized (this) {
            if (work.dispatch().getOrder() instanceof AttemptOrder) {
                if (!recent.add(work.key())) {
                    done.add(work);
                    return;
                }
                queue.add(work);
            }
        }
        if (work.dispatch().getOrder() instanceof Announcement announcement) {
            announce(work, announcement);
        }
        pump();
    }

    private void announce(Work work, Announcement announcement) {
        var context = loops.next();
        context.runOnContext(_ -> {
            if (work.maybeRedelivered() && !announcement.getInformational()) {
                redelivery.check(work, context, found -> {
                    if (found.outcome().isPresent()) {
                        settings.writer()
                                .outcome(found.outcome().get(), work.dispatch().getTraceparent(), () -> done.add(work));
                    } else {
                        announcer.writeAgain(work, announcement, redelivery, context, () -> done.add(work));
                    }
                });
            } else {
                announcer.write(work, announcement, () -> done.add(work));
            }
        });
    }

    private void pump() {
        begin(startable());
    }

    private void begin(List<CallExecution> executions) {
        for (var execution : executions) {
            var work = execution.work();
            if (work.maybeRedelivered()) {
                execution
                        .context()
                        .runOnContext(_ -> redelivery.check(work, execution.context(), found -> {
                            if (found.outcome().isPresent()) {
                                execution.report(found.outcome().get());
                            } else {
                                start(execution, found.vendorJob());
                            }
                        }));
            } else {
                execution.context().runOnContext(_ -> start(execution, null));
            }
        }
    }

    private void start(CallExecution execution, @Nullable String vendorJob) {
        var order = (AttemptOrder) execution.work().dispatch().getOrder();
        files.resolve(order, execution.context(), resolved -> {
            switch (resolved) {
                case FileResolver.Resolved.Complete(var complete) -> call(execution, complete, vendorJob);
                case FileResolver.Resolved.Refused(var error) -> execution.refuse(error);
                case FileResolver.Resolved.Unavailable(var error) -> execution.putOff(error);
            }
        });
    }

    private void call(CallExecution execution, AttemptOrder order, @Nullable String vendorJob) {
        var dispatch = execution.work().dispatch();
        execution.start(
                order,
                lines.apply(order.getProvider()),
                vendorJob,
                cancels.isCancelled(dispatch.getJobId(), dispatch.getAccount()));
    }

    private synchronized List<CallExecution> startable() {
        var started = new ArrayList<CallExecution>();
        while (!closed && running.size() < limits.maxInFlight()) {
            var work = queue.next(bulkheads::hasRoom, hasBatchRoom());
            if (work == null || !(work.dispatch().getOrder() instanceof AttemptOrder order)) {
                break;
            }
            started.add(enter(work, order));
        }
        return started;
    }

    /** Batch calls whose end is not durable leave half of what is beyond their own slots to interactive ones, whatever they wait for. */
    private boolean hasBatchRoom() {
        return callingBatch < limits.maxBatchInFlight()
                && runningBatch < (limits.maxInFlight() + limits.maxBatchInFlight() + 1) / 2;
    }

    private synchronized CallExecution enter(Work work, AttemptOrder order) {
        bulkheads.enter(order.getProvider());
        callingBatch += work.lane() == Lane.BATCH ? 1 : 0;
        runningBatch += work.lane() == Lane.BATCH ? 1 : 0;
        calling.add(work);
        var execution = new CallExecution(work, order, work.maybeRedelivered(), settings, loops.next(), host);
        running.put(work, execution);
        return execution;
    }

    /** The job was cancelled: a running call is closed, a waiting one is ended without waiting for its turn. */
    public void cancel(String jobId, String account) {
        cancels.add(jobId, account);
        for (var execution : executions()) {
            if (isOf(execution.work(), jobId, account)) {
                execution.context().runOnContext(_ -> execution.cancel());
            }
        }
        begin(takeWaiting(jobId, account));
    }

    private static boolean isOf(Work work, String jobId, String account) {
        return work.dispatch().getJobId().equals(jobId)
                && work.dispatch().getAccount().equals(account);
    }

    private synchronized List<CallExecution> takeWaiting(String jobId, String account) {
        var taken = new ArrayList<CallExecution>();
        for (var work : queue.removeIf(work -> isOf(work, jobId, account))) {
            if (work.dispatch().getOrder() instanceof AttemptOrder order) {
                taken.add(enter(work, order));
            }
        }
        return taken;
    }

    private synchronized List<CallExecution> executions() {
        return List.copyOf(running.values());
    }

    @Override
    public synchronized List<Work> running(Collection<TopicPartition> partitions) {
        return running.keySet().stream()
                .filter(work -> partitions.contains(work.partition()))
                .toList();
    }

    @Override
    public synchronized void dropWaiting(Collection<TopicPartition> partitions) {
        for (var work : queue.removeIf(work -> partitions.contains(work.partition()))) {
            recent.forget(work.key());
        }
    }

    @Override
    public void abandon(Collection<TopicPartition> partitions) {
        dropWaiting(partitions);
        for (var execution : executions()) {
            if (partitions.contains(execution.work().partition())) {
                synchronized (this) {
                    recent.forget(execution.work().key());
                }
                execution.context().runOnContext(_ -> execution.abandon());
            }
        }
    }

    @Override
    public boolean keep(Collection<Work> claimed, Duration patience) {
        var told = new ArrayList<CompletableFuture<Void>>();
        for (var execution : executions()) {
            if (claimed.contains(execution.work())) {
                var promised = new CompletableFuture<Void>();
                told.add(promised);
                execution.context().runOnContext(_ -> execution.keep(promised));
            }
        }
        try {
            CompletableFuture.allOf(told.toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().addKeyValue("calls", told.size()).log("The router could not be told of calls to be kept");
            return false;
        }
    }

    @Override
    public void interrupt() {
        for (var execution : executions()) {
            execution.context().runOnContext(_ -> execution.interrupt());
        }
    }

    @Override
    public Optional<Work> pollDone() {
        return Optional.ofNullable(done.poll());
    }

    @Override
    public synchronized int waitingCount() {
        return queue.size();
    }

    @Override
    public synchronized int runningCount() {
        return running.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private synchronized void leaveSlot(Work work) {
        if (calling.remove(work)) {
            bulkheads.leave(((AttemptOrder) work.dispatch().getOrder()).getProvider());
            callingBatch -= work.lane() == Lane.BATCH ? 1 : 0;
        }
    }

    private void over(CallExecution execution, boolean finished) {
        synchronized (this) {
            var work = execution.work();
            if (running.remove(work) == null) {
                return;
            }
            leaveSlot(work);
            runningBatch -= work.lane() == Lane.BATCH ? 1 : 0;
            if (finished) {
                done.add(work);
            } else {
                recent.forget(work.key());
            }
        }
        pump();
    }

    private final class ExecutionHost implements CallExecution.Host {
        @Override
        public void hungUp(CallExecution execution) {
            leaveSlot(execution.work());
            pump();
        }

        @Override
        public void done(CallExecution execution) {
            over(execution, true);
        }

        @Override
        public void abandoned(CallExecution execution) {
            LOG.atInfo()
                    .addKeyValue("jobId", execution.work().dispatch().getJobId())
                    .addKeyValue("attempt", execution.work().dispatch().getAttempt())
                    .log("Call given up; its order will be taken by whoever owns the partition");
            over(execution, false);
        }

        @Override
        public void reportFromLog(CallExecution execution, OutcomeDraft draft) {
            redelivery.report(execution.work(), draft, execution.context(), execution::report);
        }
    }
}
