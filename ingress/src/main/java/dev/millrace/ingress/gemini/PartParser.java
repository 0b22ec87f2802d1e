package dev.millrace.ingress.gemini;

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
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One part of a content. */
final class PartParser {
    private static final int MAX_TEXT_CHARS = Integer.MAX_VALUE;
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_ID_CHARS = 16_384;
    private static final int MAX_URI_CHARS = 8192;
    private static final int MAX_PARTS = 1024;

    private final CallNames calls;

    PartParser(CallNames calls) {
        this.calls = calls;
    }

    Part part(JsonObject part) {
        if (part.has("functionCall")) {
            return call(part, part.requiredObject("functionCall"));
        }
        if (part.has("functionResponse")) {
            return result(part, part.requiredObject("functionResponse"));
        }
        if (part.has("inlineData") || part.has("fileData")) {
            return media(part);
        }
        if (part.has("text")) {
            return text(part);
        }
        var word = part.names().stream()
                .filter(name -> part.requiredValue(name).isObject())
                .findFirst()
                .orElseThrow(() -> part.requiredValue("text").invalid("a part must hold one kind of content"));
        var opaque = new OpaquePart(GeminiDialect.NAME, word, part.node().toString());
        return of(opaque, Map.of());
    }

    /** What nobody took; a signature asks for nothing, so that vendors of other dialects are not to be told of it. */
    private static Map<String, String> rest(JsonObject part) {
        var signature = part.value("thoughtSignature");
        var rest = part.rest();
        if (signature != null) {
            rest.put(GeminiDialect.NAME + ".thoughtSignature", signature.json());
        }
        return rest;
    }

    private static Part of(Object content, Map<String, String> extensions) {
        return Part.newBuilder().setContent(content).setExtensions(extensions).build();
    }

    private static Part text(JsonObject part) {
        var text = part.requiredValue("text").string(MAX_TEXT_CHARS);
        var thought = part.peek("thought");
        if (thought == null || !thought.bool()) {
            return of(new TextPart(text), rest(part));
        }
        part.bool("thought");
        var reasoning = ReasoningPart.newBuilder()
                .setText(text)
                .setSignature(part.string("thoughtSignature", MAX_TEXT_CHARS))
                .build();
        return of(reasoning, part.rest());
    }

    static Part media(JsonObject part) {
        boolean inline = part.has("inlineData");
        var wrapper = inline ? "inlineData" : "fileData";
        var inner = part.requiredObject(wrapper);
        var type = inner.string("mimeType", MAX_NAME_CHARS);
        var media = MediaPart.newBuilder().setMimeType(type == null ? "" : type).setKind(kind(type));
        if (inline) {
            media.setData(base64(inner.requiredValue("data")));
        } else {
            var uri = inner.requiredString("fileUri", MAX_URI_CHARS);
            if (uri.contains("://")) {
                media.setUrl(uri);
            } else {
                media.setFileId(uri);
            }
        }
        var extensions = new LinkedHashMap<>(rest(part));
        extensions.putAll(inner.rest(wrapper + "."));
        return of(media.build(), extensions);
    }

    /** Standard or URL-safe, as the vendor takes both. */
    private static ByteBuffer base64(JsonValue value) {
        var text = value.nonEmptyString(MAX_TEXT_CHARS);
        boolean safe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        try {
            return ByteBuffer.wrap((safe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text));
        } catch (IllegalArgumentException e) {
            throw value.invalid("is not valid base64");
        }
    }

    private static MediaKind kind(@Nullable String mimeType) {
        var type = mimeType == null ? "" : mimeType.toLowerCase(Locale.ROOT);
        if (type.startsWith("image/")) {
            return MediaKind.IMAGE;
        }
        if (type.startsWith("audio/")) {
            return MediaKind.AUDIO;
        }
        return type.startsWith("video/") ? MediaKind.VIDEO : MediaKind.DOCUMENT;
    }

    private Part call(JsonObject part, JsonObject call) {
        var name = call.requiredString("name", MAX_NAME_CHARS);
        var arguments = call.object("args");
        var id = calls.call(call.string("id", MAX_ID_CHARS), name);
        var content = ToolCallPart.newBuilder()
                .setCallId(id)
                .setName(name)
                .setArguments(arguments == null ? "{}" : arguments.node().toString())
                .build();
        var extensions = new LinkedHashMap<>(rest(part));
        extensions.putAll(call.rest("functionCall."));
        return of(content, extensions);
    }

    private Part result(JsonObject part, JsonObject response) {
        var name = response.requiredString("name", MAX_NAME_CHARS);
        var parts = new ArrayList<Part>();
        var object = response.object("response");
        if (object != null && !object.node().isEmpty()) {
            parts.add(of(new TextPart(object.node().toString()), Map.of()));
        }
        var more = response.value("parts");
        if (more != null) {
            more.array(MAX_PARTS).forEach(inner -> parts.add(media(inner.object())));
        }
        var content = ToolResultPart.newBuilder()
                .setCallId(calls.result(response.string("id", MAX_ID_CHARS), name))
                .setName(name)
                .setParts(parts)
                .build();
        var extensions = new LinkedHashMap<>(rest(part));
        extensions.putAll(response.rest("functionResponse."));
        return of(content, extensions);
    }
}
