package dev.millrace.worker.local;

import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.local.LocalEvent.RefuseConnection;
import dev.millrace.worker.local.LocalEvent.Reset;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.transport.TransportFailure.Broken;
import dev.millrace.worker.transport.TransportFailure.NotConnected;
import dev.millrace.worker.transport.VendorTransport;
import io.vertx.core.Context;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Plays the scripted vendor's events on an event loop, as if they came over a connection: what it sends without waiting arrives in one
 * piece, and a paused exchange holds it back.
 */
public final class LocalTransport implements VendorTransport {
    private static final int MAX_PIECE_BYTES = 64 * 1024;

    private final LocalVendor vendor;
    private final LocalTasks tasks = new LocalTasks();

    public LocalTransport(LocalVendor vendor) {
        this.vendor = vendor;
    }

    @Override
    public Exchange start(Context context, VendorCall call, Listener listener) {
        var attempt = call.headers().getOrDefault(LocalVendor.ATTEMPT_HEADER, "1");
        var events = call.path().endsWith("/chat/completions")
                ? vendor.answer(call.bodyText(), Integer.parseInt(attempt))
                : tasks.answer(call, Integer.parseInt(attempt));
        var play = new Play(context, listener, events);
        context.runOnContext(_ -> play.step());
        return play;
    }

    private static final class Play implements Exchange {
        private final Context context;
        private final Listener listener;
        private final Iterator<LocalEvent> events;
        private @Nullable LocalEvent next;
        private boolean connected;
        private boolean over;
        private boolean paused;
        private boolean waiting;

        Play(Context context, Listener listener, Iterator<LocalEvent> events) {
            this.context = context;
            this.listener = listener;
            this.events = events;
        }

        void step() {
            if (over || paused || waiting) {
                return;
            }
            if (next == null && !events.hasNext()) {
                connect();
                return;
            }
            var event = next == null ? events.next() : next;
            next = event;
            waiting = true;
            if (event.delayMillis() > 0) {
                connect();
                context.owner().setTimer(event.delayMillis(), _ -> due());
            } else {
                context.runOnContext(_ -> due());
            }
        }

        private void due() {
            waiting = false;
            var event = next;
            if (!over && !paused && event != null) {
                next = null;
                play(event);
                step();
            }
        }

        private void connect() {
            if (!connected) {
                connected = true;
                listener.connected();
            }
        }

        private void play(LocalEvent event) {
            if (event instanceof RefuseConnection) {
                over = true;
                listener.failed(new NotConnected("the scripted vendor refuses connections"));
                return;
            }
            connect();
            switch (event) {
                case Head head -> listener.head(head.status(), new VendorHeaders(head.headers()));
                case Bytes bytes -> listener.bytes(withWhatIsReady(bytes));
                case End _ -> {
                    over = true;
                    listener.end();
                }
                case Reset _ -> {
                    over = true;
                    listener.failed(new Broken("the connection was reset"));
                }
                case RefuseConnection _ -> {}
            }
        }

        private ByteBuffer withWhatIsReady(Bytes first) {
            if (!peekIsReady(first.bytes().remaining())) {
                return first.bytes().duplicate();
            }
            var piece = new ByteArrayOutputStream();
            append(piece, first);
            while (next instanceof Bytes more && peekIsReady(piece.size())) {
                append(piece, more);
                next = null;
                peekIsReady(piece.size());
            }
            return ByteBuffer.wrap(piece.toByteArray());
        }

        private boolean peekIsReady(int size) {
            if (next == null && size < MAX_PIECE_BYTES && events.hasNext()) {
                next = events.next();
            }
            return next instanceof Bytes && next.delayMillis() == 0 && size < MAX_PIECE_BYTES;
        }

        private static void append(ByteArrayOutputStream piece, Bytes event) {
            var bytes = event.bytes().duplicate();
            var copy = new byte[bytes.remaining()];
            bytes.get(copy);
            piece.writeBytes(copy);
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
            step();
        }

        @Override
        public void abort() {
            over = true;
        }
    }
}
