package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.Message;

/** Decodes a streamed reply: frames, then JSON, then what the {@link ReplyReader} makes of it. */
final class FramedDecoder implements ReplyDecoder {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build()
            .readerFor(JsonNode.class);

    private final DecoderLimits limits;
    private final ReplyReader reader;
    private final EventFrames frames;
    private long totalBytes;
    private long progressBytes;
    private @Nullable VendorResult result;

    FramedDecoder(DecoderLimits limits, ReplyReader reader) {
        this.limits = limits;
        this.reader = reader;
        this.frames = new EventFrames(limits, this::message);
    }

    @Override
    public void head(int status, VendorHeaders headers) {
        headers.get("x-amzn-requestid").ifPresent(reader::requestId);
    }

    @Override
    public void feed(ByteBuffer bytes) {
        if (result == null) {
            totalBytes += bytes.remaining();
            frames.feed(bytes);
            if (result == null && frames.malformed() != null) {
                result = new Malformed(frames.malformed());
            } else if (result == null && totalBytes > limits.maxStreamBytes()) {
                result = new Malformed("the stream is longer than " + limits.maxStreamBytes() + " bytes");
            }
        }
        bytes.position(bytes.limit());
    }

    private boolean message(Message message) {
        var payload = message.getPayload();
        JsonNode node;
        try {
            node = payload.length == 0 ? JSON.readTree("{}") : JSON.readTree(payload);
        } catch (JsonProcessingException e) {
            result = new Malformed("the payload of a message is not JSON");
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        // "p" is padding of random length against observers.
        progressBytes += payload.length - node.path("p").asText("").length();
        result = switch (header(message, ":message-type")) {
            case "event" -> reader.event(header(message, ":event-type"), node);
            case "exception" -> BedrockErrors.inStream(header(message, ":exception-type"), node, "");
            case "error" ->
                BedrockErrors.inStream(header(message, ":error-code"), node, header(message, ":error-message"));
            default -> new Malformed("a message of unknown type");
        };
        return result == null;
    }

    private static String header(Message message, String name) {
        var value = message.getHeaders().get(name);
        try {
            return value == null ? "" : value.getString();
        } catch (IllegalStateException e) {
            // a header of another type than text says nothing here
            return "";
        }
    }

    @Override
    public void end() {
        if (result == null) {
            result =
                    new Truncated(totalBytes == 0 ? "the body is empty" : "the stream ended before its terminal event");
        }
    }

    @Override
    public void cut() {
        if (result == null) {
            result = new Truncated("the connection broke before the end of the reply");
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
