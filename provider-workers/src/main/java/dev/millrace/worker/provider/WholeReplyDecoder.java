package dev.millrace.worker.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects a reply that is no stream and hands it, once it is whole, to a function that reads it.
 *
 * <p>A successful reply that breaks off is {@link Truncated} and never reaches the function; of an error as much as came does.
 */
public final class WholeReplyDecoder implements ReplyDecoder {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build()
            .readerFor(JsonNode.class);

    private final DecoderLimits limits;
    private final BodyReader reader;
    private final ByteAccumulator body;
    private ByteAccumulator errorBody;
    private int status;
    private VendorHeaders headers = VendorHeaders.NONE;
    private long progressBytes;
    private List<Delta> deltas = List.of();
    private @Nullable VendorResult result;
    private @Nullable FollowUp followUp;
    private @Nullable Usage usage;

    /**
     * A reply as it came.
     *
     * @param text of an error at most {@link DecoderLimits#maxErrorBytes} bytes of it
     */
    public record Reply(int status, VendorHeaders headers, String text) {
        /** 2xx. */
        public boolean successful() {
            return 200 <= status && status < 300;
        }

        /** The body as JSON; null when it is none. */
        public @Nullable JsonNode json() {
            try {
                JsonNode node = JSON.readTree(text);
                return node.isMissingNode() ? null : node;
            } catch (JsonProcessingException e) {
                return null;
            }
        }
    }

    /** What a reply says. */
    public sealed interface Read {
        /**
         * The end of the attempt.
         *
         * @param usage also of a failure, where the vendor gave one
         */
        record Done(
                List<Delta> deltas,
                VendorResult result,
                @Nullable Usage usage) implements Read {}

        /** Another call is to be made. */
        record Next(List<Delta> deltas, FollowUp followUp) implements Read {}

        /** It failed, or broke the vendor's grammar. */
        static Read failed(VendorResult result) {
            return new Done(List.of(), result, null);
        }
    }

    /** Reads a reply of any status and form. Pure; never throws for anything a vendor may send. */
    @FunctionalInterface
    public interface BodyReader {
        Read read(Reply reply);
    }

    /** Reads a successful reply that is one JSON value. */
    @FunctionalInterface
    public interface JsonBodyReader {
        Read read(Reply reply, JsonNode body);
    }

    public WholeReplyDecoder(DecoderLimits limits, BodyReader reader) {
        this.limits = limits;
        this.reader = reader;
        this.body = new ByteAccumulator(limits.maxBodyBytes());
        this.errorBody = new ByteAccumulator(limits.maxErrorBytes());
    }

    /** A decoder of JSON; {@code failures} reads everything that is not 2xx. */
    public static WholeReplyDecoder ofJson(DecoderLimits limits, JsonBodyReader reader, BodyReader failures) {
        return new WholeReplyDecoder(limits, reply -> reply.successful() ? json(reply, reader) : failures.read(reply));
    }

    private static Read json(Reply reply, JsonBodyReader reader) {
        try {
            JsonNode node = JSON.readTree(reply.text());
            return node.isMissingNode() ? Read.failed(new Truncated("the body is empty")) : reader.read(reply, node);
        } catch (JsonEOFException e) {
            return Read.failed(new Truncated("the body ends inside a JSON value"));
        } catch (JsonProcessingException e) {
            return Read.failed(new Malformed("the body is not JSON"));
        }
    }

    @Override
    public void head(int newStatus, VendorHeaders newHeaders) {
        status = newStatus;
        headers = newHeaders;
    }

    private boolean successful() {
        return 200 <= status && status < 300;
    }

    @Override
    public void feed(ByteBuffer bytes) {
        if (result == null && followUp == null) {
            progressBytes += bytes.remaining();
            if (!successful()) {
                errorBody.appendWhatFits(bytes);
            } else if (!body.append(bytes, bytes.remaining())) {
                result = new Malformed("the reply is longer than " + limits.maxBodyBytes() + " bytes");
            }
        }
        bytes.position(bytes.limit());
    }

    @Override
    public void end() {
        if (result == null && followUp == null) {
            read();
        }
    }

    private void read() {
        var text = successful() ? body.text(0) : errorBody.text(0);
        var read = successful() && isShort()
                ? Read.failed(new Truncated("the body is shorter than its announced length"))
                : reader.read(new Reply(status, headers, text));
        body.clear();
        errorBody = new ByteAccumulator(0);
        switch (read) {
            case Read.Done(var found, var end, var counted) -> {
                deltas = found;
                result = end;
                usage = counted;
            }
            case Read.Next(var found, var next) -> {
                deltas = found;
                followUp = next;
            }
        }
    }

    private boolean isShort() {
        return headers.contentLength() > body.length();
    }

    @Override
    public void cut() {
        if (result != null) {
            return;
        }
        if (!successful() && followUp == null) {
            read();
        }
        if (result == null) {
            result = new Truncated("the connection broke before the end of the reply");
        }
    }

    @Override
    public List<Delta> take() {
        var taken = deltas;
        deltas = List.of();
        return taken;
    }

    @Override
    public @Nullable VendorResult result() {
        return result;
    }

    @Override
    public @Nullable FollowUp followUp() {
        return followUp;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public Map<String, String> vendor() {
        return result instanceof Finished(var _, var vendor) ? vendor : Map.of();
    }

    @Override
    public long progressBytes() {
        return progressBytes;
    }
}
