package dev.millrace.worker.replicate;

import dev.millrace.avro.Delta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.VendorFailures;
import dev.millrace.worker.provider.ByteAccumulator;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.SseParser;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a prediction's stream: {@code output} events are plain text, {@code error} ends it, {@code done} says that all was sent, or with
 * a {@code reason} that it was not. The prediction is asked about afterwards: status, metrics and errors are known only there.
 */
final class ReplicateStreamDecoder implements ReplyDecoder {
    private final FollowUp afterwards;
    private final SseParser events = new SseParser(DecoderLimits.DEFAULTS, this::event);
    private final ByteAccumulator errorBody = new ByteAccumulator(DecoderLimits.DEFAULTS.maxErrorBytes());
    private List<Delta> deltas = new ArrayList<>();
    private int status;
    private boolean done;
    private long progressBytes;
    private long totalBytes;
    private @Nullable VendorResult result;

    ReplicateStreamDecoder(FollowUp afterwards) {
        this.afterwards = afterwards;
    }

    private boolean failed() {
        return status < 200 || status >= 300;
    }

    @Override
    public void head(int newStatus, VendorHeaders headers) {
        status = newStatus;
    }

    @Override
    public void feed(ByteBuffer bytes) {
        totalBytes += bytes.remaining();
        if (failed()) {
            progressBytes += bytes.remaining();
            errorBody.appendWhatFits(bytes);
        } else if (result == null && !done) {
            events.feed(bytes);
            if (result == null && events.overflowed()) {
                result = new Malformed("a line or an event is longer than allowed");
            } else if (result == null && totalBytes > DecoderLimits.DEFAULTS.maxStreamBytes()) {
                result = new Malformed("the stream is longer than allowed");
            }
        }
        bytes.position(bytes.limit());
    }

    private boolean event(String type, String data) {
        progressBytes += data.length();
        switch (type) {
            case "output" -> {
                if (!data.isEmpty()) {
                    deltas.add(new Delta(0, new TextDelta(data, List.of()), Map.of()));
                }
            }
            case "error" -> result = new Unavailable(VendorFailures.error(0, data), null);
            case "done" -> done(data);
            default -> {
                // Logs, and what is not known yet.
            }
        }
        return result == null && !done;
    }

    private void done(String data) {
        var node = JsonText.readOrNull(data);
        var reason = node == null ? "" : node.path("reason").asText("");
        if (reason.isEmpty()) {
            done = true;
        } else {
            result = new Unavailable(new VendorError(0, reason, "the prediction ended: " + reason), null);
        }
    }

    @Override
    public void end() {
        if (result == null && !done) {
            result = failed()
                    ? VendorFailures.of(status, errorBody.text(0), null)
                    : new Truncated("the stream ended before its terminal event");
        }
    }

    @Override
    public void cut() {
        if (result == null && !done) {
            result = failed()
                    ? VendorFailures.of(status, errorBody.text(0), null)
                    : new Truncated("the connection broke before the end of the stream");
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
    public @Nullable FollowUp followUp() {
        return done ? afterwards : null;
    }

    @Override
    public @Nullable Usage usage() {
        return null;
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
