package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.local.LocalEvent;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.local.LocalEvent.RefuseConnection;
import dev.millrace.worker.local.LocalEvent.Reset;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * Plays the scripted vendor's events on one connection, in a dialect's words, at the script's pace.
 *
 * <p>What is no event of the script's own dialect (keep-alives, broken JSON, half a line) goes out as it is. Waits while the client does
 * not read. Times count from the start, so that a late event does not delay the next one. One context, the response's.
 */
final class Playback {
    private static final String DATA = "data: ";

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final WireDialect dialect;
    private final WireDialect.Stream stream;
    private final boolean streaming;
    private final boolean verbatim;
    private final Iterator<LocalEvent> events;
    private final long cutAtByte;
    private final boolean twice;
    private final Ending ending;
    private long dueNanos;
    private long timer = NO_TIMER;
    private long sentBytes;
    private int status;
    private boolean cut;
    private boolean over;
    private int tokens;
    private JsonNode usage = Nodes.JSON.missingNode();

    /** Told once how a reply ended. */
    interface Ending {
        void whole(long inputTokens, long outputTokens);

        /** Cut, reset, or left by the client; {@code status} is 0 when no head went out, {@code sentTokens} went out complete. */
        void broken(int status, int sentTokens);

        void refused(int status);
    }

    Playback(
            Vertx vertx,
            HttpServerResponse response,
            WireDialect dialect,
            boolean streaming,
            boolean usageAsked,
            Iterator<LocalEvent> events,
            JsonNode options,
            Ending ending) {
        this.vertx = vertx;
        this.response = response;
        this.dialect = dialect;
        this.stream = dialect.stream(usageAsked);
        this.streaming = streaming;
        this.events = events;
        this.verbatim = options.path("verbatim").asBoolean();
        this.cutAtByte = options.path("cut_at_byte").asLong(-1);
        this.twice = options.path("duplicate").asBoolean();
        this.ending = ending;
        response.exceptionHandler(_ -> gone());
        response.closeHandler(_ -> gone());
    }

    /** Begins; the script's time runs from now. */
    void start() {
        dueNanos = System.nanoTime();
        step();
    }

    private void step() {
        while (!over) {
            if (response.headWritten() && response.writeQueueFull()) {
                response.drainHandler(_ -> step());
                return;
            }
            if (!events.hasNext()) {
                return;
            }
            var event = events.next();
            dueNanos += event.delayMillis() * NANOS_PER_MILLI;
            long wait = event.delayMillis() == 0 ? 0 : dueNanos - System.nanoTime();
            if (wait > 0) {
                timer = vertx.setTimer(Math.ceilDiv(wait, NANOS_PER_MILLI), _ -> {
                    timer = NO_TIMER;
                    play(event);
                    step();
                });
                return;
            }
            play(event);
        }
    }

    private void play(LocalEvent event) {
        if (over) {
            return;
        }
        switch (event) {
            case RefuseConnection _ -> breakOff();
            case Head head -> head(head);
            case Bytes bytes -> bytes(bytes.bytes());
            case End _ -> end();
            case Reset _ -> breakOff();
        }
    }

    private void head(Head head) {
        status = head.status();
        response.setStatusCode(status).setChunked(true);
        head.headers().forEach(response::putHeader);
        if (streaming && status == 200 && !verbatim) {
            response.putHeader("content-type", dialect.streamType());
            var _ = response.writeHead();
        }
    }

    private void bytes(ByteBuffer bytes) {
        if (verbatim) {
            var copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            send(Buffer.buffer(copy));
            return;
        }
        var text = StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        if (status != 200) {
            var error = Scripts.read(text).path("error");
            send(dialect.error(status, error.path("message").asText()).toString());
        } else if (streaming) {
            frames(text);
        } else {
            var completion = Scripts.read(text);
            usage = completion.path("usage");
            send(completion.has("choices") ? dialect.whole(completion) : text);
        }
    }

    private void frames(String text) {
        var data = text.startsWith(DATA) ? text.substring(DATA.length()).strip() : "";
        if (data.equals("[DONE]")) {
            stream.done().forEach(this::frame);
            return;
        }
        var chunk = Scripts.read(data);
        if (chunk.has("error")) {
            send(dialect.errorFrame(chunk.path("error").path("message").asText()));
            return;
        }
        if (!chunk.has("choices")) {
            send(text);
            return;
        }
        if (chunk.hasNonNull("usage")) {
            usage = chunk.path("usage");
        }
        stream.chunk(chunk).forEach(this::frame);
        if (!cut && saysSomething(Nodes.choice(chunk).path("delta"))) {
            tokens++;
        }
    }

    /** The first chunk of a chat names the role only. */
    private static boolean saysSomething(JsonNode delta) {
        return !delta.path("content").asText("").isEmpty() || delta.has("reasoning_content") || delta.has("tool_calls");
    }

    private void frame(String frame) {
        send(frame);
        if (twice) {
            send(frame);
        }
    }

    private void send(String text) {
        send(Buffer.buffer(text));
    }

    private void send(Buffer bytes) {
        if (over || cut) {
            return;
        }
        if (cutAtByte >= 0 && sentBytes + bytes.length() > cutAtByte) {
            cut = true;
            var _ = response.write(bytes.slice(0, (int) (cutAtByte - sentBytes)))
                    .onComplete(_ -> breakOff());
            return;
        }
        sentBytes += bytes.length();
        var _ = response.write(bytes);
    }

    private void end() {
        if (over || cut) {
            return;
        }
        over = true;
        var _ = response.end();
        if (status != 200) {
            ending.refused(status);
        } else if (usage.isObject() || verbatim) {
            ending.whole(
                    usage.path("prompt_tokens").asLong(),
                    usage.path("completion_tokens").asLong());
        } else {
            ending.broken(status, tokens);
        }
    }

    private void breakOff() {
        if (!over) {
            over = true;
            ending.broken(status, tokens);
        }
        response.reset();
    }

    private void gone() {
        if (!over) {
            over = true;
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
            }
            ending.broken(status, tokens);
        }
    }
}
