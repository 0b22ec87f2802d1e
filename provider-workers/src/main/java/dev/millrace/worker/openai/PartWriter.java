package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.provider.RenderProblems;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one part of a message's content array. */
final class PartWriter {
    private static final Set<String> DETAIL = Set.of("detail");

    private final RenderProblems problems;

    PartWriter(RenderProblems problems) {
        this.problems = problems;
    }

    /** The part as an element of {@code content}; null when the dialect has no word for it. */
    @Nullable
    ObjectNode write(Part part, String param) {
        var node = switch (part.getContent()) {
            case TextPart text -> typed("text").put("text", text.getText());
            case RefusalPart refusal -> typed("refusal").put("refusal", refusal.getText());
            case MediaPart media -> media(media, part, param);
            case OpaquePart opaque -> opaque(opaque, param);
            default -> unsupported(param, "cannot stand in the content of this message");
        };
        if (node != null) {
            problems.merge(node, part.getExtensions(), DETAIL, param + ".extensions");
        }
        return node;
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private @Nullable ObjectNode unsupported(String param, String message) {
        problems.add(param, param + ": " + message);
        return null;
    }

    private @Nullable ObjectNode opaque(OpaquePart opaque, String param) {
        if (!opaque.getDialect().equals(ChoiceReader.DIALECT)) {
            return unsupported(
                    param,
                    "a '" + opaque.getType() + "' of dialect " + opaque.getDialect()
                            + " has no counterpart in chat completions");
        }
        return problems.parse(param, opaque.getJson()) instanceof ObjectNode object
                ? object
                : unsupported(param, "must be a JSON object");
    }

    private @Nullable ObjectNode media(MediaPart media, Part part, String param) {
        return switch (media.getKind()) {
            case IMAGE -> image(media, part, param);
            case AUDIO -> audio(media, param);
            case VIDEO -> byUrl("video_url", media, param);
            case DOCUMENT, OTHER -> file(media, param);
        };
    }

    private @Nullable ObjectNode image(MediaPart media, Part part, String param) {
        var node = media.getFileId() != null ? file(media, param) : byUrl("image_url", media, param);
        var detail = part.getExtensions().get("detail");
        if (node != null && detail != null && node.path("image_url") instanceof ObjectNode object) {
            object.set("detail", problems.parse(param + ".extensions.detail", detail));
        }
        return node;
    }

    private @Nullable ObjectNode byUrl(String member, MediaPart media, String param) {
        var url = media.getUrl() != null ? media.getUrl() : dataUrl(media);
        if (url == null) {
            return unsupported(param, "must have data or an address");
        }
        var node = typed(member);
        node.putObject(member).put("url", url);
        return node;
    }

    private @Nullable ObjectNode audio(MediaPart media, String param) {
        if (media.getData() == null) {
            return unsupported(param, "audio must be given by value; the dialect takes no address");
        }
        var node = typed("input_audio");
        node.putObject("input_audio").put("data", base64(media.getData())).put("format", format(media.getMimeType()));
        return node;
    }

    private @Nullable ObjectNode file(MediaPart media, String param) {
        var node = typed("file");
        var file = node.putObject("file");
        if (media.getFileName() != null) {
            file.put("filename", media.getFileName());
        }
        if (media.getFileId() != null) {
            file.put("file_id", media.getFileId());
        } else if (media.getData() != null) {
            file.put("file_data", media.getMimeType().isEmpty() ? base64(media.getData()) : dataUrl(media));
        } else if (media.getUrl() != null) {
            file.put("file_data", media.getUrl());
        } else {
            return unsupported(param, "must have data, an address or a file id");
        }
        return node;
    }

    private static @Nullable String dataUrl(MediaPart media) {
        return media.getData() == null ? null : "data:" + media.getMimeType() + ";base64," + base64(media.getData());
    }

    private static String base64(ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String format(String mimeType) {
        var subtype = mimeType.substring(mimeType.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        return switch (subtype) {
            case "mpeg", "mpga", "x-mp3" -> "mp3";
            case "x-wav", "wave", "vnd.wave" -> "wav";
            default -> subtype;
        };
    }
}
