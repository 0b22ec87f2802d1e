package dev.millrace.ingress.task;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.ingress.dialect.Content.Upload;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.openai.MediaSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Media of a request: an uploaded file, or a JSON value that is an address, {@code {"url"}}, {@code {"image_url"}} or {@code {"file_id"}}. */
final class Media {
    private static final int MAX_NAME_CHARS = 1024;

    private Media() {}

    static MediaPart of(Upload upload, MediaKind kind) {
        if (!upload.data().hasRemaining()) {
            throw Mistake.invalid(upload.name(), "Invalid '" + upload.name() + "': the file is empty.");
        }
        var found = sniffed(upload.data());
        var declared = upload.mimeType().toLowerCase(Locale.ROOT);
        var type = found != null ? found : declared;
        boolean vague = type.isEmpty() || type.equals("application/octet-stream");
        if (!vague && !fits(type, kind)) {
            throw Mistake.invalid(
                    upload.name(),
                    "Invalid '" + upload.name() + "': expected " + kind.name().toLowerCase(Locale.ROOT) + ", but got "
                            + type + ".");
        }
        return MediaPart.newBuilder()
                .setKind(kind)
                .setMimeType(vague ? "" : type)
                .setData(upload.data())
                .setFileName(upload.fileName().isEmpty() ? null : upload.fileName())
                .build();
    }

    /** Sound often comes in a container that is named like a film. */
    private static boolean fits(String type, MediaKind kind) {
        return switch (kind) {
            case IMAGE -> type.startsWith("image/");
            case AUDIO -> type.startsWith("audio/") || type.startsWith("video/") || type.equals("application/ogg");
            case VIDEO -> type.startsWith("video/") || type.startsWith("image/");
            case DOCUMENT, OTHER -> true;
        };
    }

    static MediaPart of(JsonValue value, MediaKind kind) {
        var media = MediaPart.newBuilder().setKind(kind);
        if (value.isString()) {
            MediaSource.address(value, media);
            return media.build();
        }
        var object = value.object();
        var file = object.string("file_id", MAX_NAME_CHARS);
        if (file != null && !file.isEmpty()) {
            return media.setFileId(file).build();
        }
        var url = object.value("image_url");
        if (url == null) {
            url = object.requiredValue("url");
        }
        MediaSource.address(url.isObject() ? url.object().requiredValue("url") : url, media);
        return media.build();
    }

    /** The media type that the first bytes tell; null when they tell none. */
    private static @Nullable String sniffed(ByteBuffer data) {
        var head = new byte[Math.min(16, data.remaining())];
        data.duplicate().get(head);
        var text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u0089PNG")) {
            return "image/png";
        } else if (text.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        } else if (text.startsWith("GIF8")) {
            return "image/gif";
        } else if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
            return "image/webp";
        } else if (text.startsWith("RIFF") && text.startsWith("WAVE", 8)) {
            return "audio/wav";
        } else if (text.startsWith("fLaC")) {
            return "audio/flac";
        } else if (text.startsWith("ID3")) {
            return "audio/mpeg";
        } else if (text.startsWith("OggS")) {
            return "audio/ogg";
        } else if (text.startsWith("%PDF")) {
            return "application/pdf";
        }
        return null;
    }
}
