package dev.millrace.worker.media;

import dev.millrace.avro.MediaPart;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An image, a sound or a video to work on.
 *
 * @param role what it is for, such as {@code first_frame} or {@code mask}; empty when the request does not say
 * @param param path in the normalized request
 */
public record Medium(MediaPart part, String role, String param) {
    /** Its address; null when it is given by value. */
    public @Nullable String url() {
        return part.getUrl();
    }

    /** Its bytes; null when it is given by address. */
    public @Nullable ByteBuffer data() {
        var data = part.getData();
        return data == null ? null : data.duplicate();
    }

    /** Its address, or its bytes as a {@code data:} address; null when it has neither. */
    public @Nullable String address() {
        var bare = base64();
        return bare == null ? url() : "data:" + mimeType() + ";base64," + bare;
    }

    /** Its bytes in base64; null when it is given by address. */
    public @Nullable String base64() {
        var data = data();
        return data == null
                ? null
                : StandardCharsets.ISO_8859_1
                        .decode(Base64.getEncoder().encode(data))
                        .toString();
    }

    public String mimeType() {
        return part.getMimeType().isEmpty() ? "application/octet-stream" : part.getMimeType();
    }

    /** Its file name, or one made of its kind. */
    public String fileName() {
        if (part.getFileName() != null && !part.getFileName().isBlank()) {
            return part.getFileName();
        }
        var type = part.getMimeType();
        int slash = type.indexOf('/');
        var extension = slash < 0 ? "bin" : type.substring(slash + 1).replaceAll("[^A-Za-z0-9]", "");
        return "input." + (extension.equals("mpeg") ? "mp3" : extension);
    }
}
