package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Media that a model made, put together from its pieces. Anthropic's models make none: an image takes the form in which a client would send
 * it, everything else is a block of type {@code millrace_media}.
 */
final class MediaBlock {
    private final MediaDelta first;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final StringBuilder transcript = new StringBuilder();
    private final ObjectNode beside = MessageJson.object();
    private @Nullable String url;

    MediaBlock(MediaDelta first) {
        this.first = first;
    }

    /** Adds a piece; true when it is the last one. */
    boolean add(MediaDelta piece, Map<String, String> extensions) {
        if (piece.getData() != null) {
            var bytes = new byte[piece.getData().remaining()];
            piece.getData().duplicate().get(bytes);
            data.writeBytes(bytes);
        }
        if (piece.getTranscript() != null) {
            transcript.append(piece.getTranscript());
        }
        url = piece.getUrl() == null ? url : piece.getUrl();
        extensions.forEach((name, json) -> beside.set(name, MessageJson.parsed(json)));
        return piece.getLast();
    }

    ObjectNode block() {
        boolean image = first.getKind() == MediaKind.IMAGE;
        var block = MessageJson.typed(image ? "image" : "millrace_media");
        if (!image) {
            block.put("kind", first.getKind().name().toLowerCase(Locale.ROOT));
        }
        var source = block.putObject("source");
        if (data.size() == 0) {
            source.put("type", "url").put("url", url == null ? "" : url);
        } else {
            source.put("type", "base64")
                    .put("media_type", first.getMimeType())
                    .put("data", Base64.getEncoder().encodeToString(data.toByteArray()));
        }
        if (!transcript.isEmpty()) {
            block.put("transcript", transcript.toString());
        }
        beside.properties().forEach(member -> block.set(member.getKey(), member.getValue()));
        return block;
    }
}
