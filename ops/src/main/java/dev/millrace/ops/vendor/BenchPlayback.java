package dev.millrace.ops.vendor;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Answers one call with a bench model's ready bytes, at the pace its name says.
 *
 * <p>Each delta is a write, and a chunk of HTTP, of its own. What is due already goes out at once: with a gap of 0 all of it follows the
 * first delta without a pause, and without a wait before the first one in a single flush. Of a joined reply everything after the first
 * delta is one write. Times count from the request, so a late delta does not delay the next one; at
 * most one timer runs. Waits while the client does not read. One context, the response's.
 */
final class BenchPlayback {
    private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final BenchReply reply;
    private final Buffer closing;
    private final Playback.Ending ending;
    private final long startNanos = System.nanoTime();
    private int next;
    private long timer = NO_TIMER;
    private boolean over;

    BenchPlayback(
            Vertx vertx, HttpServerResponse response, BenchReply reply, boolean usageAsked, Playback.Ending ending) {
        this.vertx = vertx;
        this.response = response;
        this.reply = reply;
        this.closing = usageAsked ? reply.closing() : reply.closingWithoutUsage();
        this.ending = ending;
        response.exceptionHandler(_ -> gone());
        response.closeHandler(_ -> gone());
    }

    /** Begins a streamed reply; its head goes out at once. */
    void stream() {
        response.headers().set(HttpHeaders.CONTENT_TYPE, EVENTS);
        response.setChunked(true);
        if (reply.opening().length() > 0) {
            write(reply.opening());
        } else {
            var _ = response.writeHead();
        }
        step();
    }

    /** Gives the reply as a whole, when its last delta would be due. */
    void whole() {
        response.headers().set(HttpHeaders.CONTENT_TYPE, JSON);
        int last = Math.max(0, reply.model().deltas() - 1);
        long delay = reply.model().dueMillis(last);
        if (delay == 0) {
            end(reply.whole());
        } else {
            timer = vertx.setTimer(delay, _ -> end(reply.whole()));
        }
    }

    private void step() {
        timer = NO_TIMER;
        var model = reply.model();
        var deltas = reply.deltas();
        while (!over) {
            if (response.writeQueueFull()) {
                response.drainHandler(_ -> resume());
                return;
            }
            if (next == deltas.size()) {
                end(closing);
                return;
            }
            long wait = model.dueMillis(next) * NANOS_PER_MILLI - (System.nanoTime() - startNanos);
            if (wait > 0) {
                timer = vertx.setTimer((wait + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, _ -> step());
                return;
            }
            write(deltas.get(next++));
        }
    }

    private void resume() {
        if (timer == NO_TIMER) {
            step();
        }
    }

    private void write(Buffer bytes) {
        var _ = response.write(bytes);
    }

    private void end(Buffer last) {
        if (!over) {
            over = true;
            var _ = response.end(last);
            ending.whole(reply.model().inputTokens(), reply.model().deltas());
        }
    }

    private void gone() {
        if (!over) {
            over = true;
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
            }
            ending.broken(response.headWritten() ? 200 : 0, next);
        }
    }
}
