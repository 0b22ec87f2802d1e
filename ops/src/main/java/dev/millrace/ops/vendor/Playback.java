package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.local.LocalEvent;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.local.LocalEvent.RefuseConnection;
import dev.millrace.worker.local.LocalEvent.Reset;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * Plays the scripted vendor's events on one connection, in a dialect's words, at the script's pace.
 *
 * <p>What is no event of the script's own dialect (keep-alives, broken JSON, half a line) goes out as it is. Waits while the client does
 * not read. One context, the response's.
 */
final class Playback {
    private static final String DATA = "data: ";

    private final Context context;
    private final HttpServerResponse response;
    private final WireDialect dialect;
    private final WireDialect.Stream stream;
    private final boolean streaming;
    private final boolean verbatim;
    private final Iterator<LocalEvent> events;
    private final long cutAtByte;
    private final boolean twice;
    private final Ending ending;
    private long sentBytes;
    private int status;
    private boolean cut;
    private boolean over;
    private int tokens;
    private JsonNode usage = Nodes.JSON.missingNode();

    /** Told once how a reply ended. */
    interface Ending {
        void whole(JsonNode usage);

        void broken(int tokens);

        void refused(int status);
    }

    Playback(
            Context context,
            HttpServerResponse response,
            WireDialect dialect,
            boolean streaming,
            Iterator<LocalEvent> events,
            JsonNode options,
            Ending ending) {
        this.context = context;
        this.response = response;
        this.dialect = dialect;
        this.stream = dialect.stream();
        this.streaming = streaming;
        this.events = events;
        this.verbatim = options.path("verbatim").asBoolean();
        this.cutAtByte = options.path("cut_at_byte").asLong(-1);
        this.twice = options.path("duplicate").asBoolean();
        this.ending = ending;
        response.exceptionHandler(_ -> gone());
        response.closeHandler(_ -> gone());
    }

    void step() {
        while (!over) {
            if (response.headWritten() && response.writeQueueFull()) {
                response.drainHandler(_ -> step());
                return;
            }
            if (!events.hasNext()) {
                return;
            }
            var event = events.next();
            if (event.delayMillis() > 0) {
                context.owner().setTimer(event.delayMillis(), _ -> {
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
        tokens += Nodes.choice(chunk).path("delta").isEmpty() ? 0 : 1;
        stream.chunk(chunk).forEach(this::frame);
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
            ending.whole(usage);
        } else {
            ending.broken(tokens);
        }
    }

    private void breakOff() {
        if (!over) {
            over = true;
            ending.broken(tokens);
        }
        response.reset();
    }

    private void gone() {
        if (!over) {
            over = true;
            ending.broken(tokens);
        }
    }
}
