package dev.millrace.worker.gemini;

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
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a reply of the dialect, streamed or whole, whichever the vendor sends.
 *
 * <p>There is no terminal event: a stream is finished when its reader says that nothing is missing and the body ends in order between two
 * events. A failure in mid-stream comes as an event with an error or as a bare JSON value where an event should begin.
 */
final class GeminiReplyDecoder implements ReplyDecoder {
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

    private final ReplyReader reply;
    private final DecoderLimits limits;
    private final InstantSource clock;
    private final SseParser events;
    private final ByteAccumulator body;
    private final ByteAccumulator errorBody;
    private Mode mode = Mode.UNDECIDED;
    private int status;
    private VendorHeaders headers = VendorHeaders.NONE;
    private boolean lineBegins = true;
    private long totalBytes;
    private long progressBytes;
    private @Nullable VendorResult result;

    GeminiReplyDecoder(ReplyReader reply, DecoderLimits limits, InstantSource clock) {
        this.reply = reply;
        this.limits = limits;
        this.clock = clock;
        this.events = new SseParser(limits, this::event);
        this.body = new ByteAccumulator(limits.maxBodyBytes());
        this.errorBody = new ByteAccumulator(limits.maxErrorBytes());
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
                case ERROR -> feedError(bytes);
                case UNDECIDED -> {}
            }
        }
        bytes.position(bytes.limit());
    }

    /** Without a content type the first byte that is not white space tells. */
    private void decide(ByteBuffer bytes) {
        skipSpace(bytes);
        if (bytes.hasRemaining()) {
            byte first = bytes.get(bytes.position());
            mode = first == '{' || first == '[' ? Mode.OBJECT : Mode.EVENTS;
        }
    }

    private static void skipSpace(ByteBuffer bytes) {
        while (bytes.hasRemaining() && Character.isWhitespace(bytes.get(bytes.position()))) {
            bytes.get();
        }
    }

    private void feedEvents(ByteBuffer bytes) {
        int bare = bareValue(bytes);
        var framed = bytes.slice(bytes.position(), bare - bytes.position());
        bytes.position(bare);
        events.feed(framed);
        if (result != null) {
            return;
        }
        if (events.overflowed()) {
            result = new Malformed("a line or an event is longer than " + limits.maxLineBytes() + " bytes");
        } else if (totalBytes > limits.maxStreamBytes()) {
            result = new Malformed("the stream is longer than " + limits.maxStreamBytes() + " bytes");
        } else if (bytes.hasRemaining()) {
            mode = Mode.ERROR;
            feedError(bytes);
        }
    }

    /** Position of a line that begins with a JSON value instead of a field; the limit when there is none. */
    private int bareValue(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            byte b = bytes.get(i);
            if (lineBegins && (b == '{' || b == '[')) {
                return i;
            }
            lineBegins = b == '\n' || b == '\r';
        }
        return bytes.limit();
    }

    private void feedObject(ByteBuffer bytes) {
        if (body.isEmpty()) {
            skipSpace(bytes);
        }
        progressBytes += bytes.remaining();
        if (!body.append(bytes, bytes.remaining())) {
            result = new Malformed("the reply is longer than " + limits.maxBodyBytes() + " bytes");
        }
    }

    private void feedError(ByteBuffer bytes) {
        progressBytes += bytes.remaining();
        errorBody.appendWhatFits(bytes);
    }

    private boolean event(String type, String data) {
        if (data.isBlank() || data.strip().equals("[DONE]")) {
            return true;
        }
        progressBytes += data.length();
        var node = parse(data);
        if (node == null) {
            result = new Malformed("the data of an event is not JSON");
        } else if (ErrorReader.isError(node)) {
            result = ErrorReader.classify(status, node, data, null);
        } else {
            var malformed = reply.read(node);
            result = malformed == null ? null : new Malformed(malformed);
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

    @Override
    public void end() {
        if (result == null) {
            result = switch (mode) {
                case ERROR -> error();
                case OBJECT -> whole();
                case EVENTS ->
                    reply.complete() && events.atBoundary()
                            ? finished()
                            : new Truncated("the stream ended before every candidate had a finish reason");
                case UNDECIDED -> new Truncated("the body is empty");
            };
        }
    }

    @Override
    public void cut() {
        if (result == null) {
            result = mode == Mode.ERROR ? error() : new Truncated("the connection broke before the end of the reply");
        }
    }

    private VendorResult finished() {
        return new Finished(reply.usage(), reply.vendor());
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
            var malformed = reply.read(node);
            if (malformed != null) {
                return new Malformed(malformed);
            }
            return reply.complete() ? finished() : new Malformed("no candidate, or one without a finish reason");
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
