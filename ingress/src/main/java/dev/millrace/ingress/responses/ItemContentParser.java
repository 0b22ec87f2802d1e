package dev.millrace.ingress.responses;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.TextPart;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.openai.MediaSource;
import java.util.HashMap;
import java.util.Map;

/** One content part of a message, or of a tool's output. */
final class ItemContentParser {
    private static final int MAX_TEXT_CHARS = Integer.MAX_VALUE;
    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_TYPE_CHARS = 64;

    private ItemContentParser() {}

    static Part part(JsonObject part) {
        var type = part.requiredString("type", MAX_TYPE_CHARS);
        return switch (type) {
            case "input_text", "output_text", "text" -> {
                var text = part.requiredValue("text").string(MAX_TEXT_CHARS);
                yield InputParser.part(new TextPart(text), marks(part));
            }
            case "refusal" -> InputParser.refusal(part.requiredValue("refusal").string(MAX_TEXT_CHARS));
            case "input_image" -> image(part);
            case "input_file" -> file(part);
            case "input_audio" -> audio(part);
            default ->
                InputParser.part(
                        OpaquePart.newBuilder()
                                .setDialect(ResponsesMarks.DIALECT)
                                .setType(type)
                                .setJson(part.node().toString())
                                .build(),
                        Map.of());
        };
    }

    /** Annotations and the like are of the past: nobody is asked anything by them. Empty lists say nothing. */
    private static Map<String, String> marks(JsonObject part) {
        var marks = new HashMap<String, String>();
        part.rest().forEach((name, json) -> {
            if (!json.equals("[]") && !json.equals("null")) {
                marks.put(ResponsesMarks.PREFIX + name, json);
            }
        });
        return marks;
    }

    private static Part image(JsonObject part) {
        var media = MediaPart.newBuilder().setKind(MediaKind.IMAGE).setFileId(part.string("file_id", MAX_NAME_CHARS));
        var address = part.value("image_url");
        if (address != null) {
            MediaSource.address(address, media);
        }
        requireOne(part, media, address != null, "'file_id' and 'image_url'");
        return InputParser.part(media.build(), extensions(part));
    }

    private static Part file(JsonObject part) {
        var media = MediaPart.newBuilder()
                .setKind(MediaKind.DOCUMENT)
                .setFileId(part.string("file_id", MAX_NAME_CHARS))
                .setFileName(part.string("filename", MAX_NAME_CHARS));
        var data = part.value("file_data");
        if (data != null) {
            MediaSource.fileData(data, media);
        }
        var address = part.value("file_url");
        if (address != null) {
            MediaSource.address(address, media);
        }
        requireOne(part, media, data != null ^ address != null, "'file_id', 'file_data' and 'file_url'");
        return InputParser.part(media.build(), extensions(part));
    }

    private static void requireOne(JsonObject part, MediaPart.Builder media, boolean byValue, String names) {
        if ((media.getFileId() != null) == byValue) {
            throw Mistake.invalid(
                    part.path(), "Invalid '" + part.path() + "': must have exactly one of " + names + ".");
        }
    }

    private static Part audio(JsonObject part) {
        var inner = part.requiredObject("input_audio");
        var media = MediaPart.newBuilder()
                .setKind(MediaKind.AUDIO)
                .setMimeType(MediaSource.audioType(inner.requiredString("format", MAX_TYPE_CHARS)))
                .setData(MediaSource.base64(inner.requiredValue("data")));
        return InputParser.part(media.build(), extensions(part));
    }

    private static Map<String, String> extensions(JsonObject part) {
        var extensions = new HashMap<>(part.rest());
        extensions.values().removeIf("null"::equals);
        return extensions;
    }
}
