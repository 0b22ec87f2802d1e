package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.worker.intake.Work;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The lease under which a worker goes on with a call whose order is committed as done: the router takes the call for lost when it is not
 * renewed, so the worker must not write once it has run out.
 *
 * <p>Counted from the sending of the last renewal that became durable, so that it ends here before it ends at the router. {@link #tell}
 * on the call's context; {@link #isOver} anywhere.
 */
final class KeptCall {
    static final long LEASE_MILLIS = 5_000;
    static final long RENEW_MILLIS = 1_500;

    private final Work work;
    private final AttemptOrder order;
    private final CallSettings settings;
    private volatile long endsAtNanos;

    KeptCall(Work work, AttemptOrder order, CallSettings settings) {
        this.work = work;
        this.order = order;
        this.settings = settings;
        this.endsAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEASE_MILLIS);
    }

    /** Tells the router that the call goes on; completes {@code told} once its log has it. */
    void tell(boolean contentDelivered, long startedAtMillis, CompletableFuture<Void> told) {
        long sentNanos = System.nanoTime();
        long nowMillis = settings.clock().millis();
        var report = AttemptOutcome.newBuilder()
                .setJobId(work.dispatch().getJobId())
                .setAccount(work.dispatch().getAccount())
                .setAttempt(work.dispatch().getAttempt())
                .setEpoch(work.epoch())
                .setWorker(settings.workerId())
                .setProvider(order.getProvider())
                .setModel(order.getModel())
                .setKind(OutcomeKind.KEPT)
                .setLeaseMillis(LEASE_MILLIS)
                .setContentDelivered(contentDelivered)
                .setStartedAtMillis(startedAtMillis)
                .setEndedAtMillis(nowMillis)
                .build();
        settings.writer().outcome(report, work.dispatch().getTraceparent(), () -> {
            endsAtNanos = sentNanos + TimeUnit.MILLISECONDS.toNanos(LEASE_MILLIS);
            told.complete(null);
        });
    }

    /** Whether the router may have given the call to another worker. */
    boolean isOver(long nowNanos) {
        return nowNanos - endsAtNanos >= 0;
    }
}
