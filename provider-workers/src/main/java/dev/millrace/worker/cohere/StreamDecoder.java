package dev.millrace.worker.cohere;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes a streamed reply: server-sent events in version 2, one JSON object per line in version 1. */
final class StreamDecoder implements ReplyDecoder {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build()
            .readerFor(JsonNode.class);

    private final boolean lines;
    private final DecoderLimits limits;
    private final ChatReader reader;
    private final SseParser events;
    private final ByteAccumulator line;
    private long totalBytes;
    private long progressBytes;
    private @Nullable VendorResult result;

    /** @param lines whether each line is an event */
    StreamDecoder(boolean lines, DecoderLimits limits, ChatReader reader) {
        this.lines = lines;
        this.limits = limits;
        this.reader = reader;
        this.events = new SseParser(limits, (_, data) -> event(data));
        this.line = new ByteAccumulator(limits.maxLineBytes());
    }

    @Override
    public void head(int status, VendorHeaders headers) {}

    @Override
    public void feed(ByteBuffer bytes) {
        if (result == null) {
            totalBytes += bytes.remaining();
            boolean fits = lines ? feedLines(bytes) : events.feed(bytes) || !events.overflowed();
            if (result == null && !fits) {
                result = new Malformed("a line or an event is longer than " + limits.maxLineBytes() + " bytes");
            } else if (result == null && totalBytes > limits.maxStreamBytes()) {
                result = new Malformed("the stream is longer than " + limits.maxStreamBytes() + " bytes");
            }
        }
        bytes.position(bytes.limit());
    }

    private boolean feedLines(ByteBuffer bytes) {
        while (bytes.hasRemaining() && result == null) {
            byte next = bytes.get();
            if (next != '\n') {
                if (!line.append(next)) {
                    return false;
                }
            } else {
                event(line.text(0));
                line.clear();
            }
        }
        return true;
    }

    private boolean event(String data) {
        if (data.isBlank()) {
            return true;
        }
        progressBytes += data.length();
        if (data.strip().equals("[DONE]")) {
            result = reader.done();
            return false;
        }
        try {
            JsonNode node = JSON.readTree(data);
            result = reader.event(node);
        } catch (JsonProcessingException e) {
            result = new Malformed("the data of an event is not JSON");
        }
        return result == null;
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
