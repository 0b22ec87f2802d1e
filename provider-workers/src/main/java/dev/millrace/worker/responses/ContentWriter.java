package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.provider.RenderProblems;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the content of messages and of tool results. */
final class ContentWriter {
    private static final List<String> WRAPPERS = List.of("image_url.", "input_audio.", "file.");

    private final RenderProblems problems;

    ContentWriter(RenderProblems problems) {
        this.problems = problems;
    }

    /**
     * Sets {@code member}: one plain text as a string, anything else as an array.
     *
     * @param from number of the first part within its message, for errors
     */
    void write(ObjectNode into, String member, List<Part> parts, boolean output, String param, int from) {
        boolean plain = parts.size() == 1
                && parts.getFirst().getContent() instanceof TextPart
                && parts.getFirst().getExtensions().isEmpty();
        if (plain && parts.getFirst().getContent() instanceof TextPart text) {
            into.put(member, text.getText());
        } else if (parts.isEmpty()) {
            into.put(member, "");
        } else {
            var array = into.putArray(member);
            for (int i = 0; i < parts.size(); i++) {
                var written = part(parts.get(i), output, param + ".parts[" + (from + i) + "]");
                if (written != null) {
                    array.add(written);
                }
            }
        }
    }

    private @Nullable ObjectNode part(Part part, boolean output, String param) {
        var node = switch (part.getContent()) {
            case TextPart text -> typed(output ? "output_text" : "input_text").put("text", text.getText());
            case RefusalPart refusal -> typed("refusal").put("refusal", refusal.getText());
            case MediaPart media -> media(media, param);
            case OpaquePart opaque -> opaque(opaque, param);
            default -> unsupported(param, "cannot stand in the content of this message");
        };
        if (node != null) {
            problems.merge(node, extensions(part), Set.of(), param + ".extensions");
        }
        return node;
    }

    /** Chat completions wrap what this dialect has flat; this dialect's own marks of a part are its annotations and the like. */
    private static Map<String, String> extensions(Part part) {
        var extensions = new HashMap<String, String>();
        part.getExtensions().forEach((name, json) -> {
            if (name.equals(ResponsesMarks.ITEM) || name.equals(ResponsesMarks.PART)) {
                return;
            }
            if (name.startsWith(ResponsesMarks.PREFIX)) {
                extensions.put(name.substring(ResponsesMarks.PREFIX.length()), json);
                return;
            }
            var flat = WRAPPERS.stream()
                    .filter(name::startsWith)
                    .map(wrapper -> name.substring(wrapper.length()))
                    .findFirst();
            extensions.put(flat.orElse(name), json);
        });
        return extensions;
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private @Nullable ObjectNode unsupported(String param, String message) {
        problems.add(param, param + ": " + message);
        return null;
    }

    private @Nullable ObjectNode opaque(OpaquePart opaque, String param) {
        if (!opaque.getDialect().equals(ResponsesMarks.DIALECT)) {
            return unsupported(
                    param,
                    "a '" + opaque.getType() + "' of dialect " + opaque.getDialect()
                            + " has no counterpart in the Responses API");
        }
        return problems.parse(param, opaque.getJson()) instanceof ObjectNode object
                ? object
                : unsupported(param, "must be a JSON object");
    }

    private @Nullable ObjectNode media(MediaPart media, String param) {
        return switch (media.getKind()) {
            case IMAGE -> image(media, param);
            case AUDIO -> audio(media, param);
            case DOCUMENT, OTHER -> file(media, param);
            case VIDEO -> unsupported(param, "the Responses API takes no video");
        };
    }

    private @Nullable ObjectNode image(MediaPart media, String param) {
        var node = typed("input_image");
        if (media.getFileId() != null) {
            return node.put("file_id", media.getFileId());
        }
        var url = media.getUrl() != null ? media.getUrl() : dataUrl(media);
        return url == null ? unsupported(param, "must have data, an address or a file id") : node.put("image_url", url);
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
        var node = typed("input_file");
        if (media.getFileName() != null) {
            node.put("filename", media.getFileName());
        }
        if (media.getFileId() != null) {
            return node.put("file_id", media.getFileId());
        }
        if (media.getUrl() != null) {
            return node.put("file_url", media.getUrl());
        }
        if (media.getData() == null) {
            return unsupported(param, "must have data, an address or a file id");
        }
        return node.put("file_data", media.getMimeType().isEmpty() ? base64(media.getData()) : dataUrl(media));
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
