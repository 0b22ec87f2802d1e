package dev.millrace.worker.provider;

import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passes a binary reply on as it arrives: one media item whose pieces are {@link MediaDelta}s, the last one marked and empty.
 *
 * <p>Such a body has no terminal event of its own. It is whole when as many bytes came as its head announced, or when its framing
 * (chunked, HTTP/2) ended in order; a body that only ends with its connection is never taken for whole. A reply that is no success,
 * or is JSON or a stream of events, is read by another decoder.
 */
public final class MediaReplyDecoder implements ReplyDecoder {
    private final DecoderLimits limits;
    private final Item item;
    private final ReplyDecoder other;
    private final End finished;
    private List<Delta> deltas = new ArrayList<>();
    private boolean binary;
    private String mimeType;
    private VendorHeaders headers = VendorHeaders.NONE;
    private long bytesSeen;
    private @Nullable VendorResult result;

    /**
     * What is received.
     *
     * @param index number of the item in the job's output
     * @param mimeType when the reply does not name one
     */
    public record Item(MediaKind kind, int index, String mimeType) {}

    /** The result of a reply that came whole. */
    @FunctionalInterface
    public interface End {
        Finished of(VendorHeaders headers, long bytes);
    }

    /**
     * A decoder of one item.
     *
     * @param other reads what is not the item: errors, redirects, JSON
     */
    public MediaReplyDecoder(DecoderLimits limits, Item item, ReplyDecoder other, End finished) {
        this.limits = limits;
        this.item = item;
        this.other = other;
        this.finished = finished;
        this.mimeType = item.mimeType();
    }

    @Override
    public void head(int status, VendorHeaders newHeaders) {
        headers = newHeaders;
        var type = newHeaders.get("content-type").orElse("").toLowerCase(Locale.ROOT);
        boolean text = type.contains("json") || type.contains("event-stream");
        binary = 200 <= status && status < 300 && !text;
        if (!binary) {
            other.head(status, newHeaders);
        } else if (type.contains("/") && !type.startsWith("application/octet-stream")) {
            int semicolon = type.indexOf(';');
            mimeType = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        }
    }

    @Override
    public void feed(ByteBuffer bytes) {
        if (!binary) {
            other.feed(bytes);
        } else if (result == null && bytes.hasRemaining()) {
            bytesSeen += bytes.remaining();
            if (bytesSeen > limits.maxStreamBytes()) {
                result = new Malformed("the reply is longer than " + limits.maxStreamBytes() + " bytes");
            } else {
                var copy = new byte[bytes.remaining()];
                bytes.get(copy);
                add(ByteBuffer.wrap(copy), false);
            }
        }
        bytes.position(bytes.limit());
    }

    private void add(@Nullable ByteBuffer data, boolean last) {
        deltas.add(new Delta(item.index(), new MediaDelta(item.kind(), mimeType, data, null, null, last), Map.of()));
    }

    @Override
    public void end() {
        if (!binary) {
            other.end();
        } else if (result == null) {
            if (bytesSeen == 0) {
                result = new Truncated("the body is empty");
            } else if (headers.contentLength() > bytesSeen) {
                result = new Truncated("the body is shorter than its announced length");
            } else if (headers.endsWithConnection()) {
                result = new Truncated("the body has no length of its own: whether it is whole cannot be told");
            } else {
                add(null, true);
                result = finished.of(headers, bytesSeen);
            }
        }
    }

    @Override
    public void cut() {
        if (!binary) {
            other.cut();
        } else if (result == null) {
            result = new Truncated("the connection broke before the end of the reply");
        }
    }

    @Override
    public List<Delta> take() {
        if (!binary) {
            return other.take();
        }
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public @Nullable VendorResult result() {
        return binary ? result : other.result();
    }

    @Override
    public @Nullable FollowUp followUp() {
        return binary ? null : other.followUp();
    }

    @Override
    public @Nullable Usage usage() {
        return !binary ? other.usage() : result instanceof Finished(var usage, var _) ? usage : null;
    }

    @Override
    public Map<String, String> vendor() {
        return !binary ? other.vendor() : result instanceof Finished(var _, var vendor) ? vendor : Map.of();
    }

    @Override
    public long progressBytes() {
        return binary ? bytesSeen : other.progressBytes();
    }
}
