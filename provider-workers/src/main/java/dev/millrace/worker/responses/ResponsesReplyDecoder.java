package dev.millrace.worker.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.openai.ErrorReader;
import dev.millrace.worker.provider.ByteAccumulator;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.SseParser;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a reply of the Responses dialect, streamed or whole, whichever the vendor sends.
 *
 * <p>A stream is finished by {@code response.completed} or {@code response.incomplete}, nothing else: there is no {@code [DONE]}, and the
 * end of the body says nothing. A failure is {@code response.failed}, or {@code error}, after which {@code response.failed} may still
 * bring the usage.
 */
final class ResponsesReplyDecoder implements ReplyDecoder {
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

    private final DecoderLimits limits;
    private final InstantSource clock;
    private final SseParser events;
    private final ByteAccumulator body;
    private final ByteAccumulator errorBody;
    private final ResponseReader reply;
    private Mode mode = Mode.UNDECIDED;
    private int status;
    private VendorHeaders headers = VendorHeaders.NONE;
    private long totalBytes;
    private long progressBytes;
    /** What an {@code error} event said; it becomes the result when nothing more comes. */
    private @Nullable VendorResult failure;

    private @Nullable VendorResult result;

    ResponsesReplyDecoder(DecoderLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.events = new SseParser(limits, this::event);
        this.body = new ByteAccumulator(limits.maxBodyBytes());
        this.errorBody = new ByteAccumulator(limits.maxErrorBytes());
        this.reply = new ResponseReader(limits.maxVendorBytes());
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
        skipWhiteSpace(bytes);
        if (bytes.hasRemaining()) {
            mode = bytes.get(bytes.position()) == '{' ? Mode.OBJECT : Mode.EVENTS;
        }
    }

    private static void skipWhiteSpace(ByteBuffer bytes) {
        while (bytes.hasRemaining() && Character.isWhitespace(bytes.get(bytes.position()))) {
            bytes.get();
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
        if (body.isEmpty()) {
            skipWhiteSpace(bytes);
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
            result = failure != null ? failure : new Truncated("[DONE] came before the terminal event");
            return false;
        }
        var node = parse(data);
        if (node == null || !node.isObject()) {
            result = new Malformed("the data of an event is not a JSON object");
            return false;
        }
        if (node.path("type").asText(type).equals("error") || isBareError(node)) {
            failure = ErrorReader.classify(status, errorOf(node), data, null);
            return true;
        }
        var ended = reply.event(node);
        result = ended != null && failure != null ? failure : ended;
        return result == null;
    }

    /** Gateways put an error object where an event should be. */
    private static boolean isBareError(JsonNode node) {
        return !node.has("type") && !node.has("response") && ErrorReader.isError(node);
    }

    /** The error stands in {@code error}, or its members beside {@code type}, as the older form has them. */
    private static JsonNode errorOf(JsonNode node) {
        if (node.path("error").isObject() || !node.has("message")) {
            return node;
        }
        var copy = node.<ObjectNode>deepCopy();
        copy.remove("type");
        return copy;
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
                case EVENTS -> failure != null ? failure : new Truncated("the stream ended before its terminal event");
                case UNDECIDED -> new Truncated("the body is empty");
            };
        }
    }

    @Override
    public void cut() {
        if (result == null) {
            result = mode == Mode.ERROR
                    ? error()
                    : failure != null ? failure : new Truncated("the connection broke before the end of the reply");
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
            if (!node.has("output") && ErrorReader.isError(node)) {
                return ErrorReader.classify(status, node, "", RetryAfter.millis(headers, clock));
            }
            return reply.whole(node);
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
