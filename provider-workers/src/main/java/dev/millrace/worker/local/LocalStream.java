package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.local.LocalEvent.Reset;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Script of a streamed reply. Made event by event, so that a long or endless one takes no memory. */
final class LocalStream implements Iterator<LocalEvent> {
    private static final Map<String, String> HEADERS = Map.of("content-type", "text/event-stream");
    private static final String HUGE_PIECE = "x".repeat(64 * 1024);
    private static final long TRICKLE_MILLIS = 100;

    private final JsonNode request;
    private final LocalOptions options;
    private final LocalAnswer answer;
    private final Queue<LocalEvent> ready = new ArrayDeque<>();
    private int token;
    private long bytesSent;
    private boolean over;
    private @Nullable LocalEvent repeated;

    LocalStream(JsonNode request, LocalOptions options, LocalAnswer answer) {
        this.request = request;
        this.options = options;
        this.answer = answer;
        ready.add(new Head(0, 200, HEADERS));
        if (options.failure() == LocalFailure.HANG_BEFORE_FIRST_TOKEN) {
            over = true;
        } else {
            send(
                    0,
                    chunk(
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("role", "assistant")
                                    .put("content", ""),
                            null));
        }
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || !over || repeated != null;
    }

    @Override
    public LocalEvent next() {
        if (ready.isEmpty()) {
            advance();
        }
        var event = ready.poll();
        if (event == null) {
            throw new NoSuchElementException();
        }
        return event;
    }

    private void advance() {
        if (repeated != null) {
            ready.add(repeated);
            return;
        }
        long delay = token == 0 ? options.firstTokenMillis() : options.gapMillis();
        if (options.failure() != null && failsHere()) {
            over = true;
            fail(options.failure(), delay);
        } else if (token < answer.deltas().size()) {
            send(delay, chunk(answer.deltas().get(token++), null));
        } else {
            over = true;
            finish();
        }
    }

    private boolean failsHere() {
        boolean byBytes = options.failure() == LocalFailure.TRUNCATE && options.atByte() >= 0;
        return !byBytes && token >= Math.min(options.at(), answer.deltas().size());
    }

    private void fail(LocalFailure failure, long delay) {
        switch (failure) {
            case TRUNCATE -> ready.add(new End(delay));
            case RESET -> ready.add(new Reset(delay));
            case ERROR_IN_STREAM -> {
                var body = JsonNodeFactory.instance.objectNode();
                body.set("error", LocalVendor.errorObject(500, "the scripted vendor was told to fail"));
                send(delay, body);
                ready.add(new End(0));
            }
            case MALFORMED_JSON -> {
                ready.add(new Bytes(delay, LocalVendor.bytes("data: {\"choices\":[{\"delta\":\n\n")));
                ready.add(new End(0));
            }
            case HUGE_LINE -> {
                ready.add(new Bytes(delay, LocalVendor.bytes("data: ")));
                repeated = new Bytes(0, LocalVendor.bytes(HUGE_PIECE));
            }
            case TRICKLE -> forEver(": keep-alive\n\n");
            case TRICKLE_BYTES -> {
                ready.add(new Bytes(delay, LocalVendor.bytes("data: ")));
                forEver("x");
            }
            default -> silence();
        }
    }

    private void forEver(String text) {
        repeated = new Bytes(TRICKLE_MILLIS, LocalVendor.bytes(text));
        ready.add(repeated);
    }

    /** Nothing more: an hour's wait stands for ever, for every deadline is shorter. */
    private void silence() {
        ready.add(new Reset(3_600_000));
    }

    private void finish() {
        send(0, chunk(JsonNodeFactory.instance.objectNode(), answer.finish()));
        if (request.path("stream_options").path("include_usage").asBoolean()) {
            var usage = LocalVendor.envelope(request, "chat.completion.chunk");
            usage.putArray("choices");
            usage.set("usage", answer.usage());
            send(0, usage);
        }
        add(0, LocalVendor.bytes("data: [DONE]\n\n"));
        ready.add(new End(0));
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String finish) {
        var chunk = LocalVendor.envelope(request, "chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finish);
        return chunk;
    }

    private void send(long delay, JsonNode data) {
        add(delay, LocalVendor.bytes("data: " + data + "\n\n"));
    }

    private void add(long delay, ByteBuffer bytes) {
        boolean cuts = options.failure() == LocalFailure.TRUNCATE && options.atByte() >= 0;
        if (cuts && bytesSent + bytes.remaining() > options.atByte()) {
            if (bytesSent <= options.atByte()) {
                ready.add(new Bytes(delay, bytes.slice(0, (int) (options.atByte() - bytesSent))));
                ready.add(new End(0));
            }
            bytesSent = Long.MAX_VALUE / 2;
            over = true;
            return;
        }
        bytesSent += bytes.remaining();
        ready.add(new Bytes(delay, bytes));
    }
}
