package dev.millrace.worker.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The framing of a reply that is a stream of server-sent events, one JSON value, or an error body, whichever the vendor sends; limits and
 * broken framing are dealt with here. What events and values mean, and when a stream is complete, is the subclass's matter.
 */
public abstract class EventsOrObjectDecoder implements ReplyDecoder {
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
    private final SseParser events;
    private final ByteAccumulator body;
    private final ByteAccumulator errorBody;
    private Mode mode = Mode.UNDECIDED;
    private int status;
    private VendorHeaders headers = VendorHeaders.NONE;
    private long totalBytes;
    private long progressBytes;
    private @Nullable VendorResult result;

    @SuppressWarnings("this-escape") // the parser calls back from feed, never from here
    protected EventsOrObjectDecoder(DecoderLimits limits) {
        this.limits = limits;
        this.events = new SseParser(limits, this::onEvent);
        this.body = new ByteAccumulator(limits.maxBodyBytes());
        this.errorBody = new ByteAccumulator(limits.maxErrorBytes());
    }

    /**
     * Takes one event.
     *
     * @param data not blank
     * @return the reply's result; null when it goes on
     */
    protected abstract @Nullable VendorResult event(String type, String data);

    /** Takes a reply that is one JSON value. */
    protected abstract VendorResult whole(JsonNode node);

    /**
     * Takes the body of an error.
     *
     * @param node the body as JSON; null when it is none
     */
    protected abstract VendorResult error(@Nullable JsonNode node, String text);

    /** The body of a stream ended in order without a result; {@code atBoundary} tells whether it did so between two events. */
    protected abstract VendorResult endOfEvents(boolean atBoundary);

    /** The connection broke without a result. */
    protected VendorResult broken() {
        return new Truncated("the connection broke before the end of the reply");
    }

    /** Where in {@code bytes} something begins that is no event but an error body; the limit when nothing does. */
    protected int endOfFraming(ByteBuffer bytes) {
        return bytes.limit();
    }

    protected final int status() {
        return status;
    }

    protected final VendorHeaders headers() {
        return headers;
    }

    /** Counts what an event carried, for vendors whose events do not all mean that work is done. */
    protected final void progressed(String data) {
        progressBytes += data.length();
    }

    /** The JSON value; null when the text is none. */
    protected static @Nullable JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    @Override
    public final void head(int newStatus, VendorHeaders newHeaders) {
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
    public final void feed(ByteBuffer bytes) {
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
        skipWhiteSpace(bytes);
        if (bytes.hasRemaining()) {
            byte first = bytes.get(bytes.position());
            mode = first == '{' || first == '[' ? Mode.OBJECT : Mode.EVENTS;
        }
    }

    private static void skipWhiteSpace(ByteBuffer bytes) {
        while (bytes.hasRemaining() && Character.isWhitespace(bytes.get(bytes.position()))) {
            bytes.get();
        }
    }

    private void feedEvents(ByteBuffer bytes) {
        int end = endOfFraming(bytes);
        var framed = bytes.slice(bytes.position(), end - bytes.position());
        bytes.position(end);
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

    private boolean onEvent(String type, String data) {
        if (!data.isBlank()) {
            result = event(type, data);
        }
        return result == null;
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

    private void feedError(ByteBuffer bytes) {
        progressBytes += bytes.remaining();
        errorBody.appendWhatFits(bytes);
    }

    @Override
    public final void end() {
        if (result == null) {
            result = switch (mode) {
                case ERROR -> error();
                case OBJECT -> object();
                case EVENTS -> endOfEvents(events.atBoundary());
                case UNDECIDED -> new Truncated("the body is empty");
            };
        }
    }

    @Override
    public final void cut() {
        if (result == null) {
            result = mode == Mode.ERROR ? error() : broken();
        }
    }

    private VendorResult error() {
        var text = errorBody.text(0);
        return error(parse(text), text);
    }

    private VendorResult object() {
        if (body.isEmpty()) {
            return new Truncated("the body is empty");
        }
        try {
            return whole(JSON.readTree(body.text(0)));
        } catch (JsonEOFException e) {
            return new Truncated("the body ends inside a JSON value");
        } catch (JsonProcessingException e) {
            return new Malformed("the body is not JSON");
        } finally {
            body.clear();
        }
    }

    @Override
    public final @Nullable VendorResult result() {
        return result;
    }

    @Override
    public final long progressBytes() {
        return progressBytes;
    }
}
