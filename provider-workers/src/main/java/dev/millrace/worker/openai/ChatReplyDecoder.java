package dev.millrace.worker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.ByteAccumulator;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.SseParser;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a reply of the family, streamed or whole, whichever the vendor sends; what its JSON means is a {@link ReplyReader}'s business.
 *
 * <p>A stream is finished when its content is complete (of a chat: every choice has a finish reason) and the terminal event has come:
 * {@code data: [DONE]}, or for vendors that have none the orderly end of the body between two events. A whole reply is finished when the
 * body ended in order and is one JSON object with complete content. An error object inside a successful reply is a failure.
 */
final class ChatReplyDecoder implements ReplyDecoder {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build()
            .readerFor(JsonNode.class);

    private enum Mode {
        UNDECIDED,
        EVENTS,
        OBJECT,
        ERROR
    }

    private final OpenAiQuirks quirks;
    private final DecoderLimits limits;
    private final InstantSource clock;
    private final SseParser events;
    private final ByteAccumulator body;
    private final ByteAccumulator errorBody;
    private final ReplyReader.Factory readers;
    private ReplyReader reply;
    private Mode mode = Mode.UNDECIDED;
    private int status;
    private VendorHeaders headers = VendorHeaders.NONE;
    private long totalBytes;
    private long progressBytes;
    private @Nullable VendorResult result;

    /** A decoder of chats. */
    ChatReplyDecoder(OpenAiQuirks quirks, DecoderLimits limits, InstantSource clock) {
        this(quirks, limits, clock, whole -> new ChatReplyReader(whole, limits.maxVendorBytes()));
    }

    ChatReplyDecoder(OpenAiQuirks quirks, DecoderLimits limits, InstantSource clock, ReplyReader.Factory readers) {
        this.readers = readers;
        this.quirks = quirks;
        this.limits = limits;
        this.clock = clock;
        this.events = new SseParser(limits, this::event);
        this.body = new ByteAccumulator(limits.maxBodyBytes());
        this.errorBody = new ByteAccumulator(limits.maxErrorBytes());
        this.reply = readers.reader(false);
    }

    @Override
    public void head(int newStatus, VendorHeaders newHeaders) {
        status = newStatus;
        headers = newHeaders;
        var type = newHeaders.get("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (newStatus < 200 || newStatus >= 300) {
            mode = Mode.ERROR;
        } else if (type.contains("event-stream")) {
            mode = Mode.EVENTS;
        } else if (type.contains("json")) {
            mode = Mode.OBJECT;
        }
    }

    @Override
    public void feed(ByteBuffer bytes) {
        totalBytes += bytes.remaining();
        if (mode == Mode.UNDECIDED) {
            decide(bytes);
        }
        if (result == null) {
            switch (mode) {
                case EVENTS -> feedEvents(bytes);
                case OBJECT -> feedObject(bytes);
                case ERROR -> {
                    progressBytes += bytes.remaining();
                    errorBody.appendWhatFits(bytes);
                }
                case UNDECIDED -> {}
            }
        }
        bytes.position(bytes.limit());
    }

    /** Without a content type the first byte that is not white space tells. */
    private void decide(ByteBuffer bytes) {
        while (bytes.hasRemaining() && Character.isWhitespace(bytes.get(bytes.position()))) {
            bytes.get();
        }
        if (bytes.hasRemaining()) {
            byte first = bytes.get(bytes.position());
            mode = first == '{' || first == '[' ? Mode.OBJECT : Mode.EVENTS;
        }
    }

    private void feedEvents(ByteBuffer bytes) {
        events.feed(bytes);
        if (result != null) {
            return;
        }
        if (events.overflowed()) {
            result = new Malformed("a line or an event is longer than " + limits.maxLineBytes() + " bytes");
        } else if (totalBytes > limits.maxStreamBytes()) {
            result = new Malformed("the stream is longer than " + limits.maxStreamBytes() + " bytes");
        }
    }

    private void feedObject(ByteBuffer bytes) {
        while (body.isEmpty() && bytes.hasRemaining() && Character.isWhitespace(bytes.get(bytes.position()))) {
            bytes.get();
        }
        progressBytes += bytes.remaining();
        if (!body.append(bytes, bytes.remaining())) {
            result = new Malformed("the reply is longer than " + limits.maxBodyBytes() + " bytes");
        }
    }

    private boolean event(String type, String data) {
        if (data.isBlank()) {
            return true;
        }
        progressBytes += data.length();
        if (data.strip().equals("[DONE]")) {
            result = reply.complete() ? finished() : new Truncated("[DONE] came before every choice had ended");
            return false;
        }
        var node = parse(data);
        if (node == null) {
            boolean ours = type.equals("message") || type.equals("error");
            result = ours ? new Malformed("the data of an event is not JSON") : null;
            return !ours;
        }
        var malformed = reply.read(node);
        if (type.equals("error") || ErrorReader.isError(node)) {
            result = ErrorReader.classify(status, node, data, null);
        } else if (malformed != null) {
            result = new Malformed(malformed);
        }
        return result == null;
    }

    private static @Nullable JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private VendorResult finished() {
        if (reply.failed()) {
            return new Unavailable(
                    new VendorError(0, "finish_reason", "the vendor ended the reply with an error as finish reason"),
                    null);
        }
        return new Finished(reply.usage(), reply.vendor());
    }

    @Override
    public void end() {
        if (result == null) {
            result = switch (mode) {
                case ERROR -> error();
                case OBJECT -> whole();
                case EVENTS -> endOfEvents();
                case UNDECIDED -> new Truncated("the body is empty");
            };
        }
    }

    private VendorResult endOfEvents() {
        boolean complete = (quirks.endsWithBody() || reply.endsItself()) && reply.complete() && events.atBoundary();
        return complete ? finished() : new Truncated("the stream ended before its terminal event");
    }

    @Override
    public void cut() {
        if (result == null) {
            result = mode == Mode.ERROR ? error() : new Truncated("the connection broke before the end of the reply");
        }
    }

    private VendorResult error() {
        var text = errorBody.text(0);
        return ErrorReader.classify(status, parse(text), text, RetryAfter.millis(headers, clock));
    }

    private VendorResult whole() {
        if (body.isEmpty()) {
            return new Truncated("the body is empty");
        }
        try {
            var node = JSON.readTree(body.text(0));
            if (ErrorReader.isError(node)) {
                return ErrorReader.classify(status, node, "", RetryAfter.millis(headers, clock));
            }
            reply = readers.reader(true);
            var malformed = reply.read(node);
            if (malformed != null) {
                return new Malformed(malformed);
            }
            return reply.complete()
                    ? finished()
                    : new Malformed("a choice without finish_reason, or no content at all");
        } catch (JsonEOFException e) {
            return new Truncated("the body ends inside a JSON value");
        } catch (JsonProcessingException e) {
            return new Malformed("the body is not JSON");
        } finally {
            body.clear();
        }
    }

    @Override
    public List<Delta> take() {
        return reply.take();
    }

    @Override
    public @Nullable VendorResult result() {
        return result;
    }

    @Override
    public @Nullable Usage usage() {
        return reply.usage();
    }

    @Override
    public Map<String, String> vendor() {
        return reply.vendor();
    }

    @Override
    public long progressBytes() {
        return progressBytes;
    }
}
