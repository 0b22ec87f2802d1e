package dev.millrace.ingress.openai;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** One content part of a message. */
final class ContentPartParser {
    private static final int MAX_TEXT_CHARS = Integer.MAX_VALUE;
    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_TYPE_CHARS = 64;
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_.:-]+");

    private ContentPartParser() {}

    static Part part(JsonObject part) {
        var type = part.requiredString("type", MAX_TYPE_CHARS);
        return switch (type) {
            case "text" -> {
                var text = part.requiredValue("text").string(MAX_TEXT_CHARS);
                yield MessageParser.part(new TextPart(text), part.rest());
            }
            case "refusal" -> {
                var text = part.requiredValue("refusal").string(MAX_TEXT_CHARS);
                yield MessageParser.part(new RefusalPart(text), part.rest());
            }
            case "image_url" -> addressed(part, "image_url", MediaKind.IMAGE);
            case "video_url" -> addressed(part, "video_url", MediaKind.VIDEO);
            case "input_audio" -> audio(part);
            case "file" -> file(part);
            default -> opaque(part, type);
        };
    }

    private static Part addressed(JsonObject part, String wrapper, MediaKind kind) {
        var inner = part.requiredObject(wrapper);
        var media = MediaPart.newBuilder().setKind(kind);
        MediaSource.address(inner.requiredValue("url"), media);
        return media(part, inner, wrapper, media);
    }

    private static Part audio(JsonObject part) {
        var inner = part.requiredObject("input_audio");
        var format = inner.peek("format");
        if (format == null) {
            format = inner.requiredValue("format");
        }
        var media = MediaPart.newBuilder()
                .setKind(MediaKind.AUDIO)
                .setMimeType(MediaSource.audioType(format.nonEmptyString(MAX_TYPE_CHARS)))
                .setData(MediaSource.base64(inner.requiredValue("data")));
        return media(part, inner, "input_audio", media);
    }

    private static Part file(JsonObject part) {
        var inner = part.requiredObject("file");
        var media = MediaPart.newBuilder()
                .setKind(MediaKind.DOCUMENT)
                .setFileId(inner.string("file_id", MAX_NAME_CHARS))
                .setFileName(inner.string("filename", MAX_NAME_CHARS));
        var data = inner.value("file_data");
        if (data != null) {
            MediaSource.fileData(data, media);
        }
        boolean byId = media.getFileId() != null;
        if (byId == (data != null)) {
            throw Mistake.invalid(
                    part.path("file"),
                    "Invalid '" + part.path("file") + "': must have exactly one of 'file_id' and 'file_data'.");
        }
        return media(part, inner, "file", media);
    }

    private static Part media(JsonObject part, JsonObject inner, String wrapper, MediaPart.Builder media) {
        var extensions = new LinkedHashMap<>(part.rest());
        extensions.putAll(inner.rest(wrapper + "."));
        return MessageParser.part(media.build(), extensions);
    }

    private static Part opaque(JsonObject part, String type) {
        if (!TYPE.matcher(type).matches()) {
            throw part.requiredValue("type").invalid("is not the name of a content part type");
        }
        var content = OpaquePart.newBuilder()
                .setDialect(ChatDialect.NAME)
                .setType(type)
                .setJson(part.node().toString())
                .build();
        return MessageParser.part(content, Map.of());
    }
}
