package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.worker.provider.RenderProblems;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes images and documents. */
final class MediaBlocks {
    private final RenderProblems problems;
    private boolean fileIds;

    MediaBlocks(RenderProblems problems) {
        this.problems = problems;
    }

    /** Whether a file of the vendor's Files API was named. */
    boolean fileIds() {
        return fileIds;
    }

    /** The block; null, and a problem, when the API takes no such thing. */
    @Nullable
    ObjectNode write(MediaPart media, String param) {
        return switch (media.getKind()) {
            case IMAGE -> block("image", media, image(media, param));
            case DOCUMENT -> document(media, param);
            case AUDIO, VIDEO, OTHER ->
                unsayable(
                        param,
                        "Anthropic's Messages API takes images and documents, no "
                                + media.getKind().name().toLowerCase(Locale.ROOT));
        };
    }

    private static @Nullable ObjectNode block(String type, MediaPart media, @Nullable ObjectNode source) {
        if (source == null) {
            return null;
        }
        var block = JsonNodeFactory.instance.objectNode().put("type", type);
        block.set("source", source);
        if (type.equals("document") && media.getFileName() != null) {
            block.put("title", media.getFileName());
        }
        return block;
    }

    private @Nullable ObjectNode image(MediaPart media, String param) {
        if (media.getData() == null) {
            return reference(media, param);
        }
        var type = media.getMimeType().isEmpty() ? sniff(media.getData()) : mimeType(media);
        return type == null
                ? unsayable(param, "the type of this image is not known; give its media type")
                : base64(type, media.getData());
    }

    private @Nullable ObjectNode document(MediaPart media, String param) {
        if (media.getData() == null) {
            return block("document", media, reference(media, param));
        }
        var type = mimeType(media);
        boolean pdf = type.equals("application/pdf") || (type.isEmpty() && startsWith(media.getData(), "%PDF"));
        if (pdf) {
            return block("document", media, base64("application/pdf", media.getData()));
        }
        if (type.startsWith("text/") || type.equals("application/json")) {
            var text =
                    StandardCharsets.UTF_8.decode(media.getData().duplicate()).toString();
            return block("document", media, source("text", "text/plain").put("data", text));
        }
        if (type.startsWith("image/")) {
            return block("image", media, image(media, param));
        }
        return unsayable(
                param, "Anthropic's Messages API takes PDF and plain text, not " + (type.isEmpty() ? "this" : type));
    }

    private @Nullable ObjectNode reference(MediaPart media, String param) {
        var source = JsonNodeFactory.instance.objectNode();
        if (media.getFileId() != null) {
            fileIds = true;
            return source.put("type", "file").put("file_id", media.getFileId());
        }
        if (media.getUrl() != null) {
            return source.put("type", "url").put("url", media.getUrl());
        }
        return unsayable(param, "must have data, an address or a file id");
    }

    private @Nullable ObjectNode unsayable(String param, String message) {
        problems.add(param, param + ": " + message);
        return null;
    }

    private static ObjectNode source(String type, String mediaType) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("media_type", mediaType);
    }

    private static ObjectNode base64(String mediaType, ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return source("base64", mediaType).put("data", Base64.getEncoder().encodeToString(bytes));
    }

    private static String mimeType(MediaPart media) {
        var type = media.getMimeType().toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        type = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        return type.equals("image/jpg") ? "image/jpeg" : type;
    }

    private static @Nullable String sniff(ByteBuffer data) {
        if (startsWith(data, "\u0089PNG")) {
            return "image/png";
        }
        if (startsWith(data, "\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        }
        if (startsWith(data, "GIF8")) {
            return "image/gif";
        }
        return startsWith(data, "RIFF") ? "image/webp" : null;
    }

    private static boolean startsWith(ByteBuffer data, String latin1) {
        var start = latin1.getBytes(StandardCharsets.ISO_8859_1);
        if (data.remaining() < start.length) {
            return false;
        }
        return data.slice(data.position(), start.length).equals(ByteBuffer.wrap(start));
    }
}
