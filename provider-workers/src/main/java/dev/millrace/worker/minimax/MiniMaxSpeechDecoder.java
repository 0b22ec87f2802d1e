package dev.millrace.worker.minimax;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.VendorFailures;
import dev.millrace.worker.provider.ByteAccumulator;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.SseParser;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes streamed speech: events with a piece of the sound in hexadecimal; the one with status 2 is the last and holds the usage. An error
 * comes as an event, or as a JSON object instead of a stream.
 */
final class MiniMaxSpeechDecoder implements ReplyDecoder {
    private static final int LAST = 2;

    private final String mimeType;
    private final SseParser events = new SseParser(DecoderLimits.DEFAULTS, (_, data) -> event(data));
    private final ByteAccumulator other = new ByteAccumulator(DecoderLimits.DEFAULTS.maxErrorBytes());
    private List<Delta> deltas = new ArrayList<>();
    private boolean stream;
    private int status;
    private long progressBytes;
    private @Nullable Usage usage;
    private @Nullable VendorResult result;

    /** A decoder of sound of that format. */
    MiniMaxSpeechDecoder(String format) {
        this.mimeType = MiniMaxOutput.mimeType(format);
    }

    @Override
    public void head(int newStatus, VendorHeaders headers) {
        status = newStatus;
        var type = headers.get("content-type").orElse("").toLowerCase(Locale.ROOT);
        stream = 200 <= newStatus && newStatus < 300 && !type.contains("json");
    }

    @Override
    public void feed(ByteBuffer bytes) {
        if (!stream) {
            progressBytes += bytes.remaining();
            other.appendWhatFits(bytes);
        } else if (result == null) {
            events.feed(bytes);
            if (result == null && events.overflowed()) {
                result = new Malformed("a line or an event is longer than allowed");
            }
        }
        bytes.position(bytes.limit());
    }

    private boolean event(String data) {
        progressBytes += data.length();
        var node = JsonText.readOrNull(data);
        if (node == null) {
            result = new Malformed("the data of an event is not JSON");
            return false;
        }
        var failure = MiniMaxOutput.failure(node);
        if (failure != null) {
            result = failure.result();
            return false;
        }
        sound(node);
        return result == null;
    }

    private void sound(JsonNode node) {
        boolean last = node.path("data").path("status").asInt() == LAST;
        var audio = JsonText.text(node.path("data").path("audio"));
        try {
            // The sound as a whole is not asked for; should the last event hold it, it was sent before.
            if (audio != null && !last) {
                add(ByteBuffer.wrap(HexFormat.of().parseHex(audio)), false);
            }
        } catch (IllegalArgumentException e) {
            result = new Malformed("data.audio is not hexadecimal");
            return;
        }
        if (last) {
            usage = MiniMaxOutput.speechUsage(node.path("extra_info"));
            add(ByteBuffer.allocate(0), true);
            result = new Finished(usage, MiniMaxOutput.trace(node));
        }
    }

    private void add(ByteBuffer data, boolean last) {
        deltas.add(new Delta(0, new MediaDelta(MediaKind.AUDIO, mimeType, data, null, null, last), Map.of()));
    }

    @Override
    public void end() {
        if (result == null) {
            result = stream ? new Truncated("the stream ended before its terminal event") : instead();
        }
    }

    private VendorResult instead() {
        var text = other.text(0);
        var node = JsonText.readOrNull(text);
        var failure = node == null ? null : MiniMaxOutput.failure(node);
        if (failure != null) {
            return failure.result();
        }
        return 200 <= status && status < 300
                ? new Malformed("the reply is JSON, not a stream")
                : VendorFailures.of(status, text, null);
    }

    @Override
    public void cut() {
        if (result == null) {
            result = stream || (200 <= status && status < 300)
                    ? new Truncated("the connection broke before the end of the stream")
                    : instead();
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
        return result instanceof Finished(var _, var vendor) ? vendor : Map.of();
    }

    @Override
    public long progressBytes() {
        return progressBytes;
    }
}
