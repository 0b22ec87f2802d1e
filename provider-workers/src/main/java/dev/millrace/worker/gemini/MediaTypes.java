package dev.millrace.worker.gemini;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import java.util.Locale;
import java.util.Map;

/** MIME types of media: the vendor always wants one, clients often give none. */
final class MediaTypes {
    private static final Map<String, String> BY_ENDING = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("webp", "image/webp"),
            Map.entry("gif", "image/gif"),
            Map.entry("heic", "image/heic"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("txt", "text/plain"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("wav", "audio/wav"),
            Map.entry("flac", "audio/flac"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("mov", "video/quicktime"),
            Map.entry("webm", "video/webm"));

    private MediaTypes() {}

    static MediaKind kind(String mimeType) {
        var type = mimeType.toLowerCase(Locale.ROOT);
        if (type.startsWith("image/")) {
            return MediaKind.IMAGE;
        }
        if (type.startsWith("audio/")) {
            return MediaKind.AUDIO;
        }
        if (type.startsWith("video/")) {
            return MediaKind.VIDEO;
        }
        return type.startsWith("application/") || type.startsWith("text/") ? MediaKind.DOCUMENT : MediaKind.OTHER;
    }

    /** The part's own type, else one guessed from its address, else the usual one of its kind. */
    static String of(MediaPart media) {
        if (!media.getMimeType().isEmpty()) {
            return media.getMimeType();
        }
        var url = media.getUrl() == null ? "" : media.getUrl().replaceFirst("[?#].*$", "");
        var name = media.getFileName() == null ? url : media.getFileName();
        var ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        var usual = switch (media.getKind()) {
            case IMAGE -> "image/jpeg";
            case AUDIO -> "audio/wav";
            case VIDEO -> "video/mp4";
            case DOCUMENT -> "application/pdf";
            case OTHER -> "application/octet-stream";
        };
        return BY_ENDING.getOrDefault(ending, usual);
    }
}
