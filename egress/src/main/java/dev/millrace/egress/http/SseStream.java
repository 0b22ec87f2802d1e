package dev.millrace.egress.http;

import dev.millrace.egress.log.Subscription;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * A response as a stream of server-sent events: head, keep-alive comments, and back-pressure onto the subscription that feeds it.
 *
 * <p>One context, the response's. A client that does not read fills the connection's write queue; then the subscription is paused until
 * the queue has drained, and no keep-alive is added to it.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
public final class SseStream {
    /** A comment is sent when nothing else was for this long. */
    public static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** What streams differ in. */
    public record Form(String contentType, String keepAlive) {
        public static final Form EVENTS = new Form("text/event-stream; charset=utf-8", ": keep-alive\n\n");
    }

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Form form;
    private final Runnable head;
    private final long timer;
    private boolean written;
    private boolean over;

    /**
     * A stream whose head is not written yet.
     *
     * @param head sets the headers beside those of every stream; called once, before the first byte
     */
    public SseStream(Vertx vertx, HttpServerResponse response, Duration keepAlive, Runnable head) {
        this(vertx, response, Form.EVENTS, keepAlive, head);
    }

    /** As above, in a form of its own; one whose keep-alive is empty stays silent. */
    public SseStream(Vertx vertx, HttpServerResponse response, Form form, Duration keepAlive, Runnable head) {
        this.vertx = vertx;
        this.response = response;
        this.form = form;
        this.head = head;
        this.timer = vertx.setPeriodic(keepAlive.toMillis(), _ -> keepAlive());
    }

    /** Whether the client has got a status. */
    public boolean begun() {
        return response.headWritten();
    }

    /** Sends status and headers now; does nothing when that was done. */
    public void begin() {
        if (open() && !response.headWritten()) {
            prepareHead();
            response.writeHead();
        }
    }

    /** Writes complete frames; pauses {@code source} while the client does not keep up. */
    public void write(String frames, Subscription source) {
        if (!open() || frames.isEmpty()) {
            return;
        }
        send(frames);
        if (response.writeQueueFull()) {
            source.pause();
            response.drainHandler(_ -> source.resume());
        }
    }

    /** Writes the last frames and ends the response. */
    public void writeLast(String frames) {
        if (open()) {
            send(frames);
        }
        end();
    }

    /** Ends the response. */
    public void end() {
        stop();
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }

    /** Lets go of the response, whoever ends it. */
    public void stop() {
        over = true;
        vertx.cancelTimer(timer);
    }

    private void keepAlive() {
        if (open() && !written && !response.writeQueueFull()) {
            keepAliveFrame();
        }
        written = false;
    }

    private void keepAliveFrame() {
        if (!form.keepAlive().isEmpty()) {
            send(form.keepAlive());
        }
    }

    private void send(String text) {
        if (!response.headWritten()) {
            prepareHead();
        }
        written = true;
        response.write(text);
    }

    private void prepareHead() {
        response.setChunked(true)
                .putHeader("Content-Type", form.contentType())
                .putHeader("Cache-Control", "no-cache")
                .putHeader("X-Accel-Buffering", "no");
        head.run();
    }

    private boolean open() {
        return !over && !response.ended() && !response.closed();
    }
}
