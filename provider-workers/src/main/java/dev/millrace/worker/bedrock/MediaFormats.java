package dev.millrace.worker.bedrock;

import dev.millrace.avro.MediaKind;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bedrock's words for formats, and the media types they stand for. */
final class MediaFormats {
    private static final Map<String, String> DOCUMENTS = Map.of(
            "application/pdf", "pdf",
            "text/csv", "csv",
            "application/msword", "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx",
            "application/vnd.ms-excel", "xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx",
            "text/html", "html",
            "text/plain", "txt",
            "text/markdown", "md");

    private static final Map<String, String> VIDEOS = Map.of(
            "video/x-matroska", "mkv",
            "video/quicktime", "mov",
            "video/x-flv", "flv",
            "video/x-ms-wmv", "wmv",
            "video/3gpp", "three_gp",
            "video/mp4", "mp4",
            "video/webm", "webm",
            "video/mpeg", "mpeg");

    private static final Map<String, String> AUDIO = Map.of(
            "audio/mpeg", "mp3",
            "audio/mp3", "mp3",
            "audio/x-wav", "wav",
            "audio/wave", "wav",
            "audio/vnd.wave", "wav",
            "audio/x-matroska", "mka",
            "audio/x-m4a", "m4a",
            "audio/x-flac", "flac");

    private MediaFormats() {}

    /** The format of a media type, else of a file's name; null when neither tells. */
    static @Nullable String format(MediaKind kind, String mimeType, @Nullable String fileName) {
        var type = mimeType.toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        type = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        var known = words(kind).get(type);
        if (known != null) {
            return known;
        }
        int slash = type.indexOf('/');
        boolean plain = (kind == MediaKind.IMAGE || kind == MediaKind.AUDIO) && slash > 0;
        if (plain) {
            return type.equals("image/jpg") ? "jpeg" : type.substring(slash + 1);
        }
        return fileName == null ? null : ending(kind, fileName);
    }

    private static @Nullable String ending(MediaKind kind, String fileName) {
        int dot = fileName.lastIndexOf('.');
        var ending = fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
        return dot >= 0 && words(kind).containsValue(ending) ? ending : null;
    }

    /** The media type of a format. */
    static String mimeType(MediaKind kind, String format) {
        return switch (kind) {
            case IMAGE -> "image/" + format;
            case AUDIO -> "audio/" + (format.equals("mp3") ? "mpeg" : format);
            case VIDEO -> key(VIDEOS, format, "video/" + format);
            case DOCUMENT, OTHER -> key(DOCUMENTS, format, "application/octet-stream");
        };
    }

    private static String key(Map<String, String> words, String format, String otherwise) {
        for (var word : words.entrySet()) {
            if (word.getValue().equals(format)) {
                return word.getKey();
            }
        }
        return otherwise;
    }

    private static Map<String, String> words(MediaKind kind) {
        return switch (kind) {
            case DOCUMENT -> DOCUMENTS;
            case VIDEO -> VIDEOS;
            case AUDIO -> AUDIO;
            case IMAGE, OTHER -> Map.of();
        };
    }
}
