package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.Usage;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.Content;
import dev.millrace.worker.call.Ending.Circumstances;
import dev.millrace.worker.call.ProviderLine.Closed;
import dev.millrace.worker.call.ProviderLine.Open;
import dev.millrace.worker.intake.Work;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.transport.Allowance;
import dev.millrace.worker.transport.Anonymous;
import dev.millrace.worker.transport.Deadlines;
import dev.millrace.worker.transport.Overrun;
import dev.millrace.worker.transport.VendorAttempt;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of one job from order to outcome.
 *
 * <p>Lives on one event-loop context; {@link #start}, {@link #cancel} and {@link #abandon} are called there. Nothing blocks. The end is
 * reported once: done when terminal and outcome are durable, abandoned when this worker has no right to write any more.
 */
final class CallExecution {
    private static final Logger LOG = LoggerFactory.getLogger(CallExecution.class);
    private static final long HELD_BACK_CHECK_MILLIS = 10;

    private enum State {
        NEW,
        RUNNING,
        ENDING,
        OVER
    }

    private final Work work;
    /** With the bytes of its files once the call begins. */
    private AttemptOrder order;

    private final boolean logChecked;
    private final CallSettings settings;
    private final Context context;
    private final Host host;
    private final ResultSequence records;
    private final OutputText output = new OutputText();
    private @Nullable VendorAttempt attempt;
    private State state = State.NEW;
    private long startedAtMillis;
    private @Nullable Long firstTokenAtMillis;
    private long unsentBytes;
    private boolean heldBack;
    private @Nullable KeptCall kept;

    /** Told what becomes of an execution; called on the execution's context. */
    interface Host {
        /** The vendor has nothing more to do; what it said is not durable yet. */
        void hungUp(CallExecution execution);

        /** Terminal, if any, and outcome are durable. */
        void done(CallExecution execution);

        /** Nothing more was written; the record is not done. */
        void abandoned(CallExecution execution);

        /** The records that readers accept, for an execution whose job may have been begun elsewhere. */
        void reportFromLog(CallExecution execution, OutcomeDraft draft);
    }

    CallExecution(
            Work work, AttemptOrder order, boolean logChecked, CallSettings settings, Context context, Host host) {
        this.work = work;
        this.order = order;
        this.logChecked = logChecked;
        this.settings = settings;
        this.context = context;
        this.host = host;
        this.records = new ResultSequence(work);
    }

    Work work() {
        return work;
    }

    Context context() {
        return context;
    }

    /**
     * Begins.
     *
     * @param complete the order with the bytes of its files
     * @param vendorJob what an earlier execution of this attempt left at the vendor, to go on with instead of asking for it again
     */
    void start(AttemptOrder complete, ProviderLine line, @Nullable String vendorJob, boolean cancelled) {
        order = complete;
        guarded(() -> begin(line, vendorJob, cancelled));
    }

    /** Ends without a call: the same order cannot succeed. */
    void refuse(ErrorDetail error) {
        endUnsent(error, Ending::notSent);
    }

    /** Ends without a call: another attempt may succeed. */
    void putOff(ErrorDetail error) {
        endUnsent(error, Ending::notNow);
    }

    private void endUnsent(ErrorDetail error, BiFunction<ErrorDetail, Circumstances, Ending> ending) {
        guarded(() -> {
            startedAtMillis = settings.clock().millis();
            if (mayNotWrite()) {
                abandon();
            } else if (state == State.NEW) {
                finish(List.of(), ending.apply(error, circumstances(null)));
            }
        });
    }

    /** A mistake of ours costs its own call and no other: the attempt is reported as failed. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("jobId", work.dispatch().getJobId())
                    .addKeyValue("attempt", work.dispatch().getAttempt())
                    .setCause(Anonymous.of(e))
                    .log("Call failed by a mistake of this worker");
            if (attempt != null) {
                attempt.cancel();
            }
            if (state != State.OVER) {
                state = State.ENDING;
                var error = ErrorCode.INTERNAL.detail("the worker failed on this call");
                report(Ending.notSent(error, circumstances(null)), null);
            }
        }
    }

    private void begin(ProviderLine line, @Nullable String vendorJob, boolean cancelled) {
        startedAtMillis = settings.clock().millis();
        if (mayNotWrite()) {
            abandon();
        } else if (state != State.NEW) {
            return;
        } else if (cancelled) {
            finish(List.of(), Ending.aborted(circumstances(null)));
        } else if (startedAtMillis >= order.getDeadlineAtMillis()) {
            finish(List.of(), Ending.expired(circumstances(null)));
        } else {
            switch (line) {
                case Closed(var reason) ->
                    finish(List.of(), Ending.notSent(ErrorCode.VENDOR_CREDENTIAL.detail(reason), circumstances(null)));
                case Open open -> send(open, vendorJob);
            }
        }
    }

    private void send(Open line, @Nullable String vendorJob) {
        var left = vendorJob == null
                ? null
                : line.adapter().resume(order, work.dispatch().getAttempt(), vendorJob);
        if (left != null) {
            state = State.RUNNING;
            attempt = VendorAttempt.resume(
                    context, line.transport(), left, deadlines(), allowance(), this::guardedDecoded);
            return;
        }
        switch (line.adapter().render(order, work.dispatch().getAttempt())) {
            case Inexpressible(var param, var message) -> {
                var error = ErrorCode.UNSUPPORTED_PARAMETER.detail(message);
                error = ErrorDetail.newBuilder(error).setParam(param).build();
                finish(List.of(), Ending.notSent(error, circumstances(null)));
            }
            case Rendered(var call) -> call(line, call);
        }
    }

    private void call(Open line, VendorCall call) {
        state = State.RUNNING;
        attempt = VendorAttempt.start(
                context,
                line.transport(),
                call,
                line.adapter().newDecoder(order, call),
                deadlines(),
                allowance(),
                this::guardedDecoded);
    }

    private void guardedDecoded(List<Delta> deltas, @Nullable VendorResult result, @Nullable Overrun overrun) {
        guarded(() -> decoded(deltas, result, overrun));
    }

    /** The worker's, where the request does not ask for other ones. */
    private Deadlines deadlines() {
        var routing = order.getRequest().getRouting();
        var total = routing.getTotalTimeoutMillis();
        var firstToken = routing.getFirstTokenTimeoutMillis();
        var deadlines = settings.deadlines();
        if (total != null) {
            deadlines = deadlines.withWholeReply(Math.max(1, total));
        }
        return firstToken == null ? deadlines : deadlines.withFirstToken(Math.max(1, firstToken));
    }

    private Allowance allowance() {
        var total = order.getRequest().getRouting().getTotalTimeoutMillis();
        long jobMillis = order.getDeadlineAtMillis() - startedAtMillis;
        return total == null ? Allowance.untilJobDeadline(jobMillis) : new Allowance(Math.max(1, total), jobMillis);
    }

    private void decoded(List<Delta> deltas, @Nullable VendorResult result, @Nullable Overrun overrun) {
        if (state != State.RUNNING) {
            return;
        }
        if (firstTokenAtMillis == null && Content.in(deltas)) {
            firstTokenAtMillis = settings.clock().millis();
        }
        output.add(deltas);
        if (result != null) {
            state = State.ENDING;
            host.hungUp(this);
            ended(deltas, result, overrun);
        } else if (!mayNotWrite()) {
            write(deltas);
            holdBackIfNeeded();
        }
    }

    private void write(List<Delta> deltas) {
        for (var pack : DeltaPacking.pack(deltas, DeltaPacking.MAX_RECORD_BYTES)) {
            var record = records.next(pack, null, null, settings.clock().millis());
            unsentBytes +=
                    settings.writer().result(record, work.dispatch().getTraceparent(), (_, bytes) -> acked(bytes));
        }
    }

    private void acked(int bytes) {
        context.runOnContext(_ -> {
            unsentBytes -= bytes;
            releaseIfPossible();
        });
    }

    private void holdBackIfNeeded() {
        if (!heldBack && attempt != null && tooMuchUnsent()) {
            heldBack = true;
            attempt.pause();
            context.owner().setTimer(HELD_BACK_CHECK_MILLIS, _ -> releaseIfPossible());
        }
    }

    private boolean tooMuchUnsent() {
        return unsentBytes > settings.maxUnsentBytesPerCall()
                || settings.writer().unsentBytes() > settings.maxUnsentBytes();
    }

    private void releaseIfPossible() {
        if (!heldBack || attempt == null || state != State.RUNNING) {
            return;
        }
        if (tooMuchUnsent()) {
            context.owner().setTimer(HELD_BACK_CHECK_MILLIS, _ -> releaseIfPossible());
        } else {
            heldBack = false;
            attempt.resume();
        }
    }

    private void ended(List<Delta> deltas, VendorResult result, @Nullable Overrun overrun) {
        var known = attempt == null ? null : attempt.decoder().usage();
        boolean billable = firstTokenAtMillis != null
                || result instanceof Finished
                || result instanceof Truncated
                || result instanceof Malformed
                || (overrun == Overrun.TOTAL && !(result instanceof Unanswered));
        withUsage(
                known,
                billable,
                usage -> guarded(() -> finish(deltas, Ending.of(result, overrun, circumstances(usage)))));
    }

    /** The vendor's figure, else an estimate made away from the event loop. */
    private void withUsage(@Nullable Usage known, boolean billable, Consumer<@Nullable Usage> then) {
        if (known != null || !billable) {
            then.accept(known);
            return;
        }
        var text = output.text();
        long beyond = output.charsBeyond();
        context.<Usage>executeBlocking(() -> TokenEstimate.of(order.getRequest(), text, beyond), false)
                .onSuccess(then::accept)
                .onFailure(_ -> then.accept(null));
    }

    private void finish(List<Delta> deltas, Ending ending) {
        if (state == State.OVER) {
            return;
        }
        if (mayNotWrite()) {
            abandon();
            return;
        }
        state = State.ENDING;
        var packs = DeltaPacking.pack(deltas, DeltaPacking.MAX_RECORD_BYTES);
        for (var pack : packs.subList(0, packs.size() - 1)) {
            write(pack);
        }
        if (ending.terminal() == null && packs.getLast().isEmpty()) {
            report(ending, null);
            return;
        }
        var last = records.next(
                packs.getLast(), ending.terminal(), null, settings.clock().millis());
        settings.writer()
                .result(
                        last,
                        work.dispatch().getTraceparent(),
                        (offset, _) ->
                                context.runOnContext(_ -> report(ending, ending.terminal() == null ? null : offset)));
    }

    private void report(Ending ending, @Nullable Long terminalOffset) {
        if (state == State.OVER) {
            return;
        }
        var draft = new OutcomeDraft(
                ending, terminalOffset, firstTokenAtMillis != null, startedAtMillis, firstTokenAtMillis);
        if (logChecked) {
            host.reportFromLog(this, draft);
        } else {
            report(draft.outcome(
                    work, order, settings.workerId(), false, settings.clock().millis()));
        }
    }

    /** Writes the outcome; the execution is over once it is durable. */
    void report(AttemptOutcome outcome) {
        settings.writer()
                .outcome(
                        outcome,
                        work.dispatch().getTraceparent(),
                        () -> context.runOnContext(_ -> {
                            if (state != State.OVER) {
                                state = State.OVER;
                                host.done(this);
                            }
                        }));
    }

    /** The job was cancelled: closes the vendor's connection and ends the job with what was used so far. */
    void cancel() {
        if (state == State.RUNNING && attempt != null) {
            state = State.ENDING;
            attempt.cancel();
            host.hungUp(this);
            var rest = attempt.decoder().take();
            var known = attempt.decoder().usage();
            withUsage(known, true, usage -> finish(rest, Ending.cancelled(circumstances(usage))));
        }
    }

    /**
     * The order will be committed as done and this call is the only one: it goes on even if the group loses this worker, for as long as
     * the router hears of it.
     *
     * @param told completed once the router's log has it, or when there is nothing left to tell
     */
    void keep(CompletableFuture<Void> told) {
        if (state == State.OVER) {
            told.complete(null);
        } else if (kept == null) {
            kept = new KeptCall(work, order, settings);
            renew(told);
        } else {
            told.complete(null);
        }
    }

    private void renew(CompletableFuture<Void> told) {
        if (kept == null || state == State.OVER) {
            return;
        }
        if (mayNotWrite()) {
            abandon();
            return;
        }
        kept.tell(firstTokenAtMillis != null, startedAtMillis, told);
        context.owner()
                .setTimer(KeptCall.RENEW_MILLIS, _ -> context.runOnContext(_ -> renew(new CompletableFuture<>())));
    }

    private boolean mayNotWrite() {
        return kept != null
                ? settings.membership().ended() || kept.isOver(System.nanoTime())
                : settings.membership().stale(System.nanoTime());
    }

    /** The worker goes away: gives the call up when another worker will run it, else ends it with a report. */
    void interrupt() {
        if (kept == null) {
            abandon();
        } else if (state == State.RUNNING && attempt != null) {
            state = State.ENDING;
            attempt.cancel();
            var rest = attempt.decoder().take();
            var known = attempt.decoder().usage();
            boolean content = firstTokenAtMillis != null;
            withUsage(known, content, usage -> finish(rest, Ending.interrupted(content, circumstances(usage))));
        }
    }

    /** This worker may not write any more, or is going away: closes the vendor's connection and writes nothing. */
    void abandon() {
        if (state != State.OVER) {
            state = State.OVER;
            if (attempt != null) {
                attempt.leave();
            }
            host.abandoned(this);
        }
    }

    private Circumstances circumstances(@Nullable Usage usage) {
        long duration = settings.clock().millis() - startedAtMillis;
        return new Circumstances(order, work.dispatch().getAttempt(), Math.max(0, duration), usage);
    }
}
