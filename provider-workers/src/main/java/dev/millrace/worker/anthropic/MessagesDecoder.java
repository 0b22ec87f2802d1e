package dev.millrace.worker.anthropic;

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
 * Decodes a reply over HTTP, streamed or whole, whichever the vendor sends. A stream is finished with {@code message_stop} and in no other
 * way.
 */
final class MessagesDecoder implements ReplyDecoder {
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
    private final MessageReader reader;
    private Mode mode = Mode.UNDECIDED;
    private int status;
    private VendorHeaders headers = VendorHeaders.NONE;
    private long totalBytes;
    private long progressBytes;
    private @Nullable VendorResult result;

    MessagesDecoder(DecoderLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.events = new SseParser(limits, this::event);
        this.body = new ByteAccumulator(limits.maxBodyBytes());
        this.errorBody = new ByteAccumulator(limits.maxErrorBytes());
        this.reader = new MessageReader(limits);
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
            mode = bytes.get(bytes.position()) == '{' ? Mode.OBJECT : Mode.EVENTS;
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
        var node = parse(data);
        if (node == null) {
            result = new Malformed("the data of an event is not JSON");
            return false;
        }
        if (!node.path("type").asText().equals("ping")) {
            progressBytes += data.length();
        }
        result = type.equals("error") ? MessageErrors.inStream(node) : reader.event(node);
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
                case EVENTS -> new Truncated("the stream ended before message_stop");
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

    private VendorResult error() {
        var text = errorBody.text(0);
        return MessageErrors.classify(status, parse(text), text, headers, clock);
    }

    private VendorResult whole() {
        if (body.isEmpty()) {
            return new Truncated("the body is empty");
        }
        try {
            var node = JSON.readTree(body.text(0));
            return node.path("type").asText().equals("error") ? MessageErrors.inStream(node) : reader.whole(node);
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
        return reader.take();
    }

    @Override
    public @Nullable VendorResult result() {
        return result;
    }

    @Override
    public @Nullable Usage usage() {
        return reader.usage();
    }

    @Override
    public Map<String, String> vendor() {
        return reader.vendor();
    }

    @Override
    public long progressBytes() {
        return progressBytes;
    }
}
