package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a job made, at an address of the vendor's. Such addresses mostly expire, within minutes to days.
 *
 * @param url absolute, or a {@code data:} address
 * @param extensions what the vendor says of it, each value JSON
 */
public record Produced(MediaKind kind, String mimeType, String url, Map<String, String> extensions) {
    private static final int MAX_FOUND = 100;

    /** Something of which only the address is known. */
    public static Produced of(MediaKind kind, String url) {
        return new Produced(kindOf(url, kind), mimeTypeOf(url, kindOf(url, kind)), url, Map.of());
    }

    /** Whether it is here already. */
    boolean isInline() {
        return url.startsWith("data:");
    }

    /** Its delivery as an address; as bytes when it is a {@code data:} address. Null when that is not base64. */
    @Nullable
    Delta delta(int index) {
        int comma = url.indexOf(',');
        if (!isInline() || comma < 0) {
            return new Delta(index, new MediaDelta(kind, mimeType, null, url, null, true), extensions);
        }
        var head = url.substring("data:".length(), comma);
        int semicolon = head.indexOf(';');
        try {
            var bytes = Base64.getMimeDecoder().decode(url.substring(comma + 1));
            var type = semicolon < 0 ? head : head.substring(0, semicolon);
            var content = new MediaDelta(kindOfType(type, kind), type, ByteBuffer.wrap(bytes), null, null, true);
            return new Delta(index, content, extensions);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Every address in a value, in order; only those of strings that are one. */
    public static List<Produced> addresses(JsonNode value, MediaKind kind) {
        var found = new ArrayList<Produced>();
        addresses(value, kind, found, 4);
        return found;
    }

    private static void addresses(JsonNode value, MediaKind kind, List<Produced> into, int depth) {
        if (value.isTextual() && isAddress(value.asText()) && into.size() < MAX_FOUND) {
            into.add(of(kind, value.asText()));
        } else if (depth > 0) {
            value.forEach(inner -> addresses(inner, kind, into, depth - 1));
        }
    }

    static boolean isAddress(String text) {
        return text.startsWith("https://") || text.startsWith("http://") || text.startsWith("data:");
    }

    private static MediaKind kindOf(String url, MediaKind otherwise) {
        return url.startsWith("data:")
                ? kindOfType(url.substring("data:".length()), otherwise)
                : kindOfType(byExtension(url), otherwise);
    }

    /** The kind a MIME type names. */
    public static MediaKind kindOfType(String type, MediaKind otherwise) {
        if (type.startsWith("image/")) {
            return MediaKind.IMAGE;
        }
        if (type.startsWith("video/")) {
            return MediaKind.VIDEO;
        }
        return type.startsWith("audio/") ? MediaKind.AUDIO : otherwise;
    }

    private static String mimeTypeOf(String url, MediaKind kind) {
        var type = byExtension(url);
        return !type.isEmpty() ? type : kind == MediaKind.VIDEO ? "video/mp4" : "";
    }

    private static String byExtension(String url) {
        int end = url.indexOf('?');
        var path = end < 0 ? url : url.substring(0, end);
        var extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (extension) {
            case "png", "webp", "gif", "avif" -> "image/" + extension;
            case "jpg", "jpeg" -> "image/jpeg";
            case "svg" -> "image/svg+xml";
            case "mp4", "webm" -> "video/" + extension;
            case "mov" -> "video/quicktime";
            case "mp3" -> "audio/mpeg";
            case "wav", "flac", "ogg" -> "audio/" + extension;
            default -> "";
        };
    }
}
