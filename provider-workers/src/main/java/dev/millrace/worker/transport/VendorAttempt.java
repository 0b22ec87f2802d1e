package dev.millrace.worker.transport;

import dev.millrace.avro.Delta;
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
import dev.millrace.worker.transport.TransportFailure.Broken;
import dev.millrace.worker.transport.TransportFailure.NotConnected;
import dev.millrace.worker.transport.VendorTransport.Exchange;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call from start to result: transport, decoder and deadlines together.
 *
 * <p>Everything happens on one event-loop context and nothing blocks. There is always exactly one result, by the job's deadline at the
 * latest, unless the call is cancelled first. Whatever the vendor does, the connection is given back or closed.
 */
public final class VendorAttempt {
    private static final Logger LOG = LoggerFactory.getLogger(VendorAttempt.class);
    private static final long LEFTOVER_MILLIS = 1_000;

    private final Context context;
    private final ReplyDecoder decoder;
    private final CallClock clock;
    private final Listener listener;
    private @Nullable Exchange exchange;
    private long timer = -1;
    private long timerDueNanos;
    private boolean headSeen;
    private boolean tokenSeen;
    private boolean over;
    private boolean transportOver;

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

    private VendorAttempt(Context context, ReplyDecoder decoder, CallClock clock, Listener listener) {
        this.context = context;
        this.decoder = decoder;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Starts a call; to be called on {@code context}.
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
        var clock = new CallClock(deadlines, call.streaming(), allowance, System.nanoTime());
        var attempt = new VendorAttempt(context, decoder, clock, listener);
        attempt.arm();
        var exchange = transport.start(context, call, attempt.new Events());
        attempt.exchange = exchange;
        if (attempt.over && !attempt.transportOver) {
            exchange.abort();
        }
        return attempt;
    }

    /** The decoder, for the usage of a call that did not finish. */
    public ReplyDecoder decoder() {
        return decoder;
    }

    /** Ends the call and closes the vendor's connection; no result follows. */
    public void cancel() {
        if (!over) {
            over = true;
            context.owner().cancelTimer(timer);
            abort();
        }
    }

    /** Holds the vendor back. */
    public void pause() {
        if (!over && exchange != null) {
            clock.paused(System.nanoTime());
            exchange.pause();
        }
    }

    public void resume() {
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
            finish(decoder.take(), late(overrun), overrun);
        }
    }

    private VendorResult late(Overrun overrun) {
        return switch (overrun) {
            case CONNECT -> new Unavailable(new VendorError(0, "connect_timeout", "no connection in time"), null);
            case FIRST_BYTE -> new Unanswered("no answer in time");
            case FIRST_TOKEN -> new Unanswered("no content in time");
            case BETWEEN_EVENTS -> silent("nothing came for too long");
            case RATE -> silent("the reply came too slowly");
            case ATTEMPT -> silent("the attempt took longer than the request allows");
            case TOTAL -> silent("the deadline passed");
        };
    }

    private VendorResult silent(String reason) {
        return tokenSeen ? new Truncated(reason) : new Unanswered(reason);
    }

    private void finish(List<Delta> deltas, VendorResult result, @Nullable Overrun overrun) {
        over = true;
        context.owner().cancelTimer(timer);
        if (result instanceof Finished && !transportOver) {
            // The end of the body is a few bytes away; a connection read to its end can be used again.
            context.owner().setTimer(LEFTOVER_MILLIS, _ -> abort());
        } else {
            abort();
        }
        listener.decoded(deltas, result, overrun);
    }

    private void abort() {
        if (exchange != null && !transportOver) {
            transportOver = true;
            exchange.abort();
        }
    }

    /** Decoders do not throw; one that does anyway must not cost more than its own call. */
    private void decode(Runnable step) {
        try {
            step.run();
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
        } else if (!deltas.isEmpty()) {
            listener.decoded(deltas, null, null);
        }
    }

    private final class Events implements VendorTransport.Listener {
        @Override
        public void connected() {
            clock.connected(System.nanoTime());
            armIfNearer();
        }

        @Override
        public void head(int status, VendorHeaders headers) {
            if (!over) {
                headSeen = true;
                clock.head(System.nanoTime());
                armIfNearer();
                decode(() -> decoder.head(status, headers));
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
                case Broken(var reason) when !headSeen -> finish(List.of(), new Unanswered(reason), null);
                case Broken _ -> {
                    decode(decoder::cut);
                    drain();
                }
            }
        }
    }
}
