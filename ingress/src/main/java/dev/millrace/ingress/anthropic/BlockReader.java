package dev.millrace.ingress.anthropic;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads content: a text, or an array of blocks. */
final class BlockReader {
    private static final int ANY = Integer.MAX_VALUE;
    private static final int MAX_ID_CHARS = 16_384;
    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_URL_CHARS = 8192;
    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s/?#\\p{Cntrl}]+[^\\s\\p{Cntrl}]*");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");

    private BlockReader() {}

    static List<Part> content(JsonValue content) {
        if (content.isString()) {
            return List.of(part(new TextPart(content.string(ANY)), Map.of()));
        }
        if (!content.isArray()) {
            throw content.wrongType("a string or an array of content blocks");
        }
        var parts = new ArrayList<Part>();
        for (var item : content.array()) {
            parts.add(block(item.object()));
        }
        return parts;
    }

    private static Part block(JsonObject block) {
        var type = block.requiredString("type", MAX_NAME_CHARS);
        return switch (type) {
            case "text" -> {
                var text = block.requiredValue("text").string(ANY);
                yield part(new TextPart(text), block.rest());
            }
            case "image" -> media(block, MediaKind.IMAGE);
            case "document" -> media(block, MediaKind.DOCUMENT);
            case "tool_use" -> toolUse(block);
            case "tool_result" -> toolResult(block);
            case "thinking" -> {
                var thought = ReasoningPart.newBuilder()
                        .setText(block.requiredValue("thinking").string(ANY))
                        .setSignature(block.requiredValue("signature").string(ANY))
                        .build();
                yield part(thought, block.rest());
            }
            case "redacted_thinking" -> {
                var data = block.requiredValue("data").string(ANY);
                yield part(ReasoningPart.newBuilder().setEncrypted(data).build(), block.rest());
            }
            default -> opaque(block, type);
        };
    }

    private static Part toolUse(JsonObject block) {
        var call = ToolCallPart.newBuilder()
                .setCallId(block.requiredString("id", MAX_ID_CHARS))
                .setName(block.requiredString("name", MAX_NAME_CHARS))
                .setArguments(block.requiredObject("input").node().toString())
                .build();
        return part(call, block.rest());
    }

    private static Part toolResult(JsonObject block) {
        var content = block.value("content");
        var error = block.bool("is_error");
        var result = ToolResultPart.newBuilder()
                .setCallId(block.requiredString("tool_use_id", MAX_ID_CHARS))
                .setParts(content == null ? List.of() : content(content))
                .setError(error != null && error)
                .build();
        return part(result, block.rest());
    }

    private static Part media(JsonObject block, MediaKind kind) {
        var source = block.requiredObject("source");
        var type = source.requiredString("type", MAX_NAME_CHARS);
        var media = MediaPart.newBuilder().setKind(kind);
        switch (type) {
            case "base64" ->
                media.setMimeType(source.requiredString("media_type", MAX_NAME_CHARS))
                        .setData(base64(source.requiredValue("data")));
            case "text" ->
                media.setMimeType(source.requiredString("media_type", MAX_NAME_CHARS))
                        .setData(ByteBuffer.wrap(
                                source.requiredValue("data").string(ANY).getBytes(StandardCharsets.UTF_8)));
            case "url" -> media.setUrl(address(source.requiredValue("url")));
            case "file" -> media.setFileId(source.requiredString("file_id", MAX_NAME_CHARS));
            default -> {
                return opaque(block, kind == MediaKind.IMAGE ? "image" : "document");
            }
        }
        if (kind == MediaKind.DOCUMENT) {
            media.setFileName(block.string("title", MAX_NAME_CHARS));
        }
        var extensions = new LinkedHashMap<>(block.rest());
        extensions.putAll(source.rest("source."));
        return part(media.build(), extensions);
    }

    private static String address(JsonValue value) {
        var text = value.nonEmptyString(MAX_URL_CHARS);
        if (!ADDRESS.matcher(text).matches()) {
            throw value.invalid("must be an http or https URL");
        }
        return text;
    }

    private static ByteBuffer base64(JsonValue value) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(value.nonEmptyString(ANY)));
        } catch (IllegalArgumentException e) {
            throw value.invalid("is not valid base64");
        }
    }

    private static Part opaque(JsonObject block, String type) {
        if (!TYPE.matcher(type).matches()) {
            throw block.requiredValue("type").invalid("is not the name of a content block type");
        }
        return part(new OpaquePart("anthropic", type, block.node().toString()), Map.of());
    }

    private static Part part(Object content, Map<String, String> extensions) {
        return Part.newBuilder().setContent(content).setExtensions(extensions).build();
    }
}
