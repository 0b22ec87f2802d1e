package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads generated audio and images. */
final class MediaReader {
    private MediaReader() {}

    /** The {@code audio} member of a message or delta; null when its data is not base64. */
    static @Nullable MediaDelta audio(JsonNode audio) {
        var data = audio.path("data");
        var bytes = data.isTextual() ? decoded(data.asText()) : null;
        if (data.isTextual() && bytes == null) {
            return null;
        }
        var transcript = audio.path("transcript");
        return new MediaDelta(
                MediaKind.AUDIO,
                "",
                bytes,
                null,
                transcript.isTextual() ? transcript.asText() : null,
                audio.has("expires_at"));
    }

    /** An address or a data URL; null when a data URL's data is not base64. */
    static @Nullable MediaDelta image(String url) {
        int comma = url.indexOf(',');
        if (!url.startsWith("data:") || comma < 0) {
            return new MediaDelta(MediaKind.IMAGE, "", null, url, null, true);
        }
        var type = url.substring("data:".length(), comma);
        var bytes = decoded(url.substring(comma + 1));
        int semicolon = type.indexOf(';');
        return bytes == null
                ? null
                : new MediaDelta(
                        MediaKind.IMAGE, semicolon < 0 ? type : type.substring(0, semicolon), bytes, null, null, true);
    }

    /** Base64 as bytes; null when it is none. */
    static @Nullable ByteBuffer decoded(String base64) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
