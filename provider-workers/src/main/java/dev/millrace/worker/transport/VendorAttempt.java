package dev.millrace.worker.transport;

import dev.millrace.avro.Delta;
import dev.millrace.job.Content;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.transport.VendorStep.End;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a vendor from start to result: one call, or several where a reply leads to a {@link FollowUp}.
 *
 * <p>Everything happens on one event-loop context and nothing blocks. There is always exactly one result, by the job's deadline at the
 * latest, unless the attempt is cancelled first. Each call has the deadlines of a call, so that a vendor whose polls are answered is
 * not idle; attempt and job have theirs over all calls and the waits between them.
 */
public final class VendorAttempt {
    /** A safe call of a vendor job is made so often again before the attempt is given up. */
    static final int MAX_REPEATS = 4;

    private static final long MIN_BACKOFF_MILLIS = 250;
    private static final long MAX_BACKOFF_MILLIS = 30_000;
    /** Replies that lead on without a wait, one after the other: more is a loop. */
    private static final int MAX_IMMEDIATE_STEPS = 50;

    private static final long FAREWELL_MILLIS = 10_000;

    private final Context context;
    private final VendorTransport transport;
    private final Deadlines deadlines;
    private final Allowance allowance;
    private final Listener listener;
    private final long startNanos = System.nanoTime();
    private ReplyDecoder decoder;
    private @Nullable VendorStep step;
    private @Nullable FollowUp current;
    private long timer = -1;
    private int repeats;
    private int immediateSteps;
    private boolean contentSeen;
    private boolean paused;
    private boolean over;

    /** Receives what was decoded, piece by piece: what one network buffer held comes in one call. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Some progress.
         *
         * @param result not null with the last call only
         * @param overrun the deadline that ended the call, if one did
         */
        void decoded(List<Delta> deltas, @Nullable VendorResult result, @Nullable Overrun overrun);
    }

    private VendorAttempt(
            Context context,
            VendorTransport transport,
            ReplyDecoder decoder,
            Deadlines deadlines,
            Allowance allowance,
            Listener listener) {
        this.context = context;
        this.transport = transport;
        this.decoder = decoder;
        this.deadlines = deadlines;
        this.allowance = allowance;
        this.listener = listener;
    }

    /**
     * Starts an attempt; to be called on {@code context}.
     *
     * @param allowance after which there is a result in any case
     */
    public static VendorAttempt start(
            Context context,
            VendorTransport transport,
            VendorCall call,
            ReplyDecoder decoder,
            Deadlines deadlines,
            Allowance allowance,
            Listener listener) {
        var attempt = new VendorAttempt(context, transport, decoder, deadlines, allowance, listener);
        attempt.send(call, () -> decoder);
        return attempt;
    }

    /** Takes up a job that an earlier execution made at the vendor; to be called on {@code context}. */
    public static VendorAttempt resume(
            Context context,
            VendorTransport transport,
            FollowUp followUp,
            Deadlines deadlines,
            Allowance allowance,
            Listener listener) {
        var attempt = new VendorAttempt(context, transport, followUp.decoders().get(), deadlines, allowance, listener);
        attempt.await(followUp, 0);
        return attempt;
    }

    /** The decoder of the call that runs or ran last, for the usage of an attempt that did not finish. */
    public ReplyDecoder decoder() {
        return decoder;
    }

    /** Ends the attempt: closes the vendor's connection, ends a job left there; no result follows. */
    public void cancel() {
        if (!over) {
            leave();
            endVendorJob();
        }
    }

    /** Ends the attempt here and leaves a vendor's job to whoever takes it up; no result follows. */
    public void leave() {
        if (!over) {
            over = true;
            context.owner().cancelTimer(timer);
            if (step != null) {
                step.cancel();
            }
        }
    }

    /** Holds the vendor back. */
    public void pause() {
        paused = true;
        if (step != null) {
            step.pause();
        }
    }

    public void resume() {
        paused = false;
        if (step != null) {
            step.resume();
        }
    }

    private Allowance left() {
        return allowance.after((System.nanoTime() - startNanos) / 1_000_000);
    }

    private void send(VendorCall call, Supplier<? extends ReplyDecoder> decoders) {
        decoder = decoders.get();
        step = VendorStep.start(context, transport, call, decoder, deadlines(call), left(), contentSeen, this::decoded);
        if (paused) {
            step.pause();
        }
    }

    /** A question about a job is answered at once, or never. */
    private Deadlines deadlines(VendorCall call) {
        boolean poll = current != null && isSafe(call);
        return poll
                ? deadlines.withWholeReply(Math.min(deadlines.wholeReplyMillis(), deadlines.firstByteMillis()))
                : deadlines;
    }

    private static boolean isSafe(VendorCall call) {
        return call.method().equals("GET");
    }

    private void decoded(List<Delta> deltas, @Nullable End end) {
        if (over) {
            return;
        }
        contentSeen |= Content.in(deltas);
        switch (end) {
            case null -> listener.decoded(deltas, null, null);
            case End.Onward(var next) -> goOn(deltas, next);
            case End.Result ended -> ended(deltas, ended);
        }
    }

    private void goOn(List<Delta> deltas, FollowUp next) {
        repeats = 0;
        immediateSteps = next.delayMillis() == 0 ? immediateSteps + 1 : 0;
        current = next;
        if (immediateSteps > MAX_IMMEDIATE_STEPS) {
            finish(deltas, new Malformed("the vendor's replies lead in a circle"), null, true);
            return;
        }
        if (!deltas.isEmpty()) {
            listener.decoded(deltas, null, null);
        }
        if (!over) {
            await(next, next.delayMillis());
        }
    }

    private void await(FollowUp next, long delayMillis) {
        current = next;
        long millis = Math.max(1, Math.min(delayMillis, left().leftMillis()));
        timer = context.owner().setTimer(millis, _ -> due(next));
    }

    private void due(FollowUp next) {
        if (over) {
            return;
        }
        var overrun = left().overrun();
        if (overrun == null) {
            send(next.call(), next.decoders());
        } else {
            finish(List.of(), VendorStep.late(overrun, contentSeen), overrun, true);
        }
    }

    private void ended(List<Delta> deltas, End.Result ended) {
        var again = current;
        if (again == null) {
            finish(deltas, ended.result(), ended.overrun(), false);
        } else if (!ended.mayPass()) {
            finish(deltas, ended.result(), ended.overrun(), ended.overrun() != null);
        } else if (isSafe(again.call()) && repeats < MAX_REPEATS) {
            await(again, backoffMillis(again, ended.result()));
            repeats++;
        } else {
            finish(deltas, unanswered(ended.result()), ended.overrun(), true);
        }
    }

    private long backoffMillis(FollowUp again, VendorResult result) {
        long asked = switch (result) {
            case Throttled(var _, var millis) -> millis == null ? 0 : millis;
            case Unavailable(var _, var millis) -> millis == null ? 0 : millis;
            default -> 0;
        };
        long growing = Math.max(MIN_BACKOFF_MILLIS, again.delayMillis()) << repeats;
        return Math.max(asked, Math.min(MAX_BACKOFF_MILLIS, growing));
    }

    /** The vendor has the job and may have charged for it: a failure to learn what became of it is not one that is safe to repeat. */
    private static VendorResult unanswered(VendorResult result) {
        return switch (result) {
            case Throttled(var error, var _) -> unanswered(error);
            case Unavailable(var error, var _) -> unanswered(error);
            default -> result;
        };
    }

    private static VendorResult unanswered(VendorError error) {
        var why = error.status() == 0 ? String.valueOf(error.code()) : "status " + error.status();
        return new Unanswered("the provider took the job, and cannot be asked for it: " + why);
    }

    private void finish(List<Delta> deltas, VendorResult result, @Nullable Overrun overrun, boolean leftBehind) {
        over = true;
        context.owner().cancelTimer(timer);
        if (leftBehind) {
            endVendorJob();
        }
        listener.decoded(deltas, result, overrun);
    }

    private void endVendorJob() {
        var call = current == null ? null : current.cancel();
        if (call != null) {
            var exchange = transport.start(context, call, new Farewell());
            context.owner().setTimer(FAREWELL_MILLIS, _ -> exchange.abort());
        }
    }

    /** Nobody waits for the answer. */
    private static final class Farewell implements VendorTransport.Listener {
        @Override
        public void connected() {}

        @Override
        public void head(int status, VendorHeaders headers) {}

        @Override
        public void bytes(ByteBuffer bytes) {}

        @Override
        public void end() {}

        @Override
        public void failed(TransportFailure failure) {}
    }
}
