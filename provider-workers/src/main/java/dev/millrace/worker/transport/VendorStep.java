package dev.millrace.worker.transport;

import dev.millrace.avro.Delta;
import dev.millrace.job.Content;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.provider.VendorResult.Uncredentialed;
import dev.millrace.worker.transport.TransportFailure.Broken;
import dev.millrace.worker.transport.TransportFailure.NoCredential;
import dev.millrace.worker.transport.TransportFailure.NotAllowed;
import dev.millrace.worker.transport.TransportFailure.NotConnected;
import dev.millrace.worker.transport.VendorTransport.Exchange;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One exchange of an attempt: transport, decoder and deadlines together.
 *
 * <p>Everything happens on one event-loop context and nothing blocks. There is always exactly one end, by the allowance at the latest,
 * unless the step is aborted first. Whatever the vendor does, the connection is given back or closed.
 */
final class VendorStep {
    private static final Logger LOG = LoggerFactory.getLogger(VendorStep.class);
    private static final long LEFTOVER_MILLIS = 1_000;

    private final Context context;
    private final ReplyDecoder decoder;
    private final CallClock clock;
    private final Listener listener;
    private final boolean contentBefore;
    private @Nullable Exchange exchange;
    private long timer = -1;
    private long timerDueNanos;
    private int status;
    private boolean tokenSeen;
    private boolean contentSeen;
    private boolean over;
    private boolean transportOver;

    /** How a step ended. */
    sealed interface End {
        /**
         * With a result.
         *
         * @param mayPass whether the same call, if it is safe, may get another answer: nothing of the reply was used
         */
        record Result(VendorResult result, @Nullable Overrun overrun, boolean mayPass) implements End {}

        /** With another call to make. */
        record Onward(FollowUp next) implements End {}
    }

    /** Receives what was decoded, piece by piece; the end comes with the last call only. */
    interface Listener {
        void decoded(List<Delta> deltas, @Nullable End end);
    }

    private VendorStep(
            Context context, ReplyDecoder decoder, CallClock clock, boolean contentBefore, Listener listener) {
        this.context = context;
        this.decoder = decoder;
        this.clock = clock;
        this.contentBefore = contentBefore;
        this.listener = listener;
    }

    /**
     * Starts a step; to be called on {@code context}.
     *
     * @param contentBefore whether an earlier step delivered content
     */
    static VendorStep start(
            Context context,
            VendorTransport transport,
            VendorCall call,
            ReplyDecoder decoder,
            Deadlines deadlines,
            Allowance allowance,
            boolean contentBefore,
            Listener listener) {
        var clock = new CallClock(deadlines, call.streaming(), allowance, System.nanoTime());
        var step = new VendorStep(context, decoder, clock, contentBefore, listener);
        step.arm();
        var exchange = transport.start(context, call, step.new Events());
        step.exchange = exchange;
        if (step.over && !step.transportOver) {
            exchange.abort();
        }
        return step;
    }

    /** Ends the exchange and closes the vendor's connection; no end is told. */
    void cancel() {
        if (!over) {
            over = true;
            context.owner().cancelTimer(timer);
            abort();
        }
    }

    void pause() {
        if (!over && exchange != null) {
            clock.paused(System.nanoTime());
            exchange.pause();
        }
    }

    void resume() {
        if (!over && exchange != null) {
            clock.resumed(System.nanoTime());
            armIfNearer();
            exchange.resume();
        }
    }

    /** A deadline that moves away costs nothing: the timer finds out when it fires. Only a nearer one needs a new timer. */
    private void arm() {
        long now = System.nanoTime();
        long nanos = clock.nextCheckNanos(now);
        timerDueNanos = now + nanos;
        timer = context.owner().setTimer(Math.max(1, (nanos + 999_999) / 1_000_000), _ -> checkTime());
    }

    private void armIfNearer() {
        long now = System.nanoTime();
        if (!over && now + clock.nextCheckNanos(now) < timerDueNanos) {
            context.owner().cancelTimer(timer);
            arm();
        }
    }

    private void checkTime() {
        if (over) {
            return;
        }
        var overrun = clock.check(System.nanoTime());
        if (overrun == null) {
            arm();
        } else {
            finish(decoder.take(), late(overrun, contentBefore || contentSeen), overrun);
        }
    }

    /** What a missed deadline comes to. */
    static VendorResult late(Overrun overrun, boolean contentSeen) {
        return switch (overrun) {
            case CONNECT -> new Unavailable(new VendorError(0, "connect_timeout", "no connection in time"), null);
            case FIRST_BYTE -> new Unanswered("no answer in time");
            case FIRST_TOKEN -> new Unanswered("no content in time");
            case BETWEEN_EVENTS -> silent("nothing came for too long", contentSeen);
            case RATE -> silent("the reply came too slowly", contentSeen);
            case ATTEMPT -> silent("the attempt took longer than the request allows", contentSeen);
            case TOTAL -> silent("the deadline passed", contentSeen);
        };
    }

    private static VendorResult silent(String reason, boolean contentSeen) {
        return contentSeen ? new Truncated(reason) : new Unanswered(reason);
    }

    private void finish(List<Delta> deltas, VendorResult result, @Nullable Overrun overrun) {
        var end = new End.Result(result, overrun, mayPass(result, overrun));
        finish(deltas, end, result instanceof Finished);
    }

    private boolean mayPass(VendorResult result, @Nullable Overrun overrun) {
        if (contentSeen || overrun == Overrun.ATTEMPT || overrun == Overrun.TOTAL || result instanceof Finished) {
            return false;
        }
        return switch (status) {
            case 0, 408, 429 -> !(result instanceof Malformed);
            default -> status >= 500 || result instanceof Truncated || result instanceof Unanswered;
        };
    }

    private void finish(List<Delta> deltas, End end, boolean inOrder) {
        over = true;
        context.owner().cancelTimer(timer);
        if (inOrder && !transportOver) {
            // The end of the body is a few bytes away; a connection read to its end can be used again.
            context.owner().setTimer(LEFTOVER_MILLIS, _ -> abort());
        } else {
            abort();
        }
        listener.decoded(deltas, end);
    }

    private void abort() {
        if (exchange != null && !transportOver) {
            transportOver = true;
            exchange.abort();
        }
    }

    /** Decoders do not throw; one that does anyway must not cost more than its own call. */
    private void decode(Runnable decoding) {
        try {
            decoding.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(Anonymous.of(e)).log("A decoder failed on a vendor's reply");
            finish(List.of(), new Malformed("the decoder failed on it"), null);
        }
    }

    private void drain() {
        if (over) {
            return;
        }
        var deltas = decoder.take();
        var result = decoder.result();
        long now = System.nanoTime();
        boolean sawTokenBefore = tokenSeen;
        contentSeen |= Content.in(deltas);
        if (!deltas.isEmpty() && !tokenSeen) {
            tokenSeen = true;
            clock.token(now);
        }
        clock.progress(now, decoder.progressBytes());
        if (tokenSeen != sawTokenBefore) {
            armIfNearer();
        }
        if (result != null) {
            finish(deltas, result, null);
            return;
        }
        var next = decoder.followUp();
        if (next != null) {
            finish(deltas, new End.Onward(next), true);
        } else if (transportOver) {
            finish(deltas, new Malformed("the decoder came to no end"), null);
        } else if (!deltas.isEmpty()) {
            listener.decoded(deltas, null);
        }
    }

    private final class Events implements VendorTransport.Listener {
        @Override
        public void connected() {
            clock.connected(System.nanoTime());
            armIfNearer();
        }

        @Override
        public void head(int arrived, VendorHeaders headers) {
            if (!over) {
                status = arrived;
                clock.head(System.nanoTime());
                armIfNearer();
                decode(() -> decoder.head(arrived, headers));
            }
        }

        @Override
        public void bytes(ByteBuffer bytes) {
            if (!over) {
                decode(() -> decoder.feed(bytes));
                drain();
            }
        }

        @Override
        public void end() {
            transportOver = true;
            if (!over) {
                decode(decoder::end);
                drain();
            }
        }

        @Override
        public void failed(TransportFailure failure) {
            transportOver = true;
            if (over) {
                return;
            }
            switch (failure) {
                case NotConnected(var reason) ->
                    finish(List.of(), new Unavailable(new VendorError(0, "connect_failed", reason), null), null);
                case NoCredential(var reason, var retryable) ->
                    finish(List.of(), new Uncredentialed(reason, retryable), null);
                case NotAllowed(var reason) -> finish(List.of(), new Malformed(reason), null);
                case Broken(var reason) when status == 0 -> finish(List.of(), new Unanswered(reason), null);
                case Broken _ -> {
                    decode(decoder::cut);
                    drain();
                }
            }
        }
    }
}
