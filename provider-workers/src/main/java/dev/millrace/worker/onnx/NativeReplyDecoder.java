package dev.millrace.worker.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.avro.VectorDelta;
import dev.millrace.worker.provider.ByteAccumulator;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@link NativeReply}; the line with the usage is its terminal event. */
final class NativeReplyDecoder implements ReplyDecoder {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long BUSY_MILLIS = 1000;

    private final ByteAccumulator line;
    private List<Delta> deltas = new ArrayList<>();
    private int status;
    private long progressBytes;
    private @Nullable VendorResult result;
    private @Nullable Usage usage;

    NativeReplyDecoder(DecoderLimits limits) {
        this.line = new ByteAccumulator(limits.maxLineBytes());
    }

    @Override
    public void head(int status, VendorHeaders headers) {
        this.status = status;
    }

    @Override
    public void feed(ByteBuffer bytes) {
        progressBytes += bytes.remaining();
        while (result == null && bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                read(line.text(0));
                line.clear();
            } else if (!line.append(next)) {
                result = new Malformed("a line is longer than the limit");
            }
        }
        bytes.position(bytes.limit());
    }

    private void read(String text) {
        try {
            var json = JSON.readTree(text);
            if (json.hasNonNull("error")) {
                fail(json.path("error").asText());
            } else if (json.path("tokens").canConvertToLong()) {
                usage = Usage.newBuilder()
                        .setInputTokens(json.path("tokens").asLong())
                        .setOutputTokens(0)
                        .build();
                result = new Finished(usage, Map.of());
            } else {
                vector(json);
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            result = new Malformed("a line is no vector");
        }
    }

    private void vector(JsonNode json) {
        var floats = ByteBuffer.wrap(
                        Base64.getDecoder().decode(json.path("embedding").asText()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        if (!json.path("index").canConvertToInt() || !floats.hasRemaining()) {
            throw new IllegalArgumentException("no index, or no values");
        }
        var values = new ArrayList<Float>(floats.remaining());
        while (floats.hasRemaining()) {
            values.add(floats.get());
        }
        deltas.add(Delta.newBuilder()
                .setIndex(json.path("index").asInt())
                .setContent(new VectorDelta(values))
                .build());
    }

    private void fail(String message) {
        var error = new VendorError(status == 200 ? 500 : status, null, message);
        if (error.status() == 429) {
            result = new Throttled(error, BUSY_MILLIS);
        } else if (error.status() < 500) {
            result = new Refused(error);
        } else {
            result = new Unavailable(error, null);
        }
    }

    @Override
    public void end() {
        cut();
    }

    @Override
    public void cut() {
        if (result == null) {
            result = new Truncated("before the usage");
        }
    }

    @Override
    public List<Delta> take() {
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public @Nullable VendorResult result() {
        return result;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public Map<String, String> vendor() {
        return Map.of();
    }

    @Override
    public long progressBytes() {
        return progressBytes;
    }
}
