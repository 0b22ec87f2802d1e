package dev.millrace.ingress.openai;

import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.Mistake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One element of {@code messages}. */
final class MessageParser {
    private static final int MAX_TEXT_CHARS = Integer.MAX_VALUE;
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_CALL_ID_CHARS = 16_384;

    private MessageParser() {}

    static Message message(JsonObject message) {
        var role = message.requiredValue("role");
        return switch (role.string(MAX_NAME_CHARS)) {
            case "system", "developer", "user" -> plain(message, role);
            case "assistant" -> assistant(message);
            case "tool" -> toolResult(message);
            case "function" -> plain(message, role);
            default -> throw role.invalid("must be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'");
        };
    }

    private static Message plain(JsonObject message, JsonValue role) {
        return Message.newBuilder()
                .setRole(role.string(MAX_NAME_CHARS))
                .setName(message.string("name", MAX_NAME_CHARS))
                .setParts(content(message.requiredValue("content")))
                .setExtensions(message.rest())
                .build();
    }

    private static Message assistant(JsonObject message) {
        var parts = new ArrayList<Part>();
        var content = message.value("content");
        if (content != null) {
            parts.addAll(content(content));
        }
        var refusal = message.string("refusal", MAX_TEXT_CHARS);
        if (refusal != null) {
            parts.add(part(new RefusalPart(refusal), Map.of()));
        }
        for (var call : message.array("tool_calls")) {
            parts.add(toolCall(call.object()));
        }
        checkOld(message);
        if (parts.isEmpty() && !message.has("audio") && !message.has("function_call")) {
            throw Mistake.invalid(
                    message.path("content"),
                    "Missing required parameter: '" + message.path("content")
                            + "'. An assistant message needs content, a refusal, audio or tool calls.");
        }
        return Message.newBuilder()
                .setRole("assistant")
                .setName(message.string("name", MAX_NAME_CHARS))
                .setParts(parts)
                .setExtensions(message.rest())
                .build();
    }

    /** Members that travel as they came, and whose form OpenAI defines. */
    private static void checkOld(JsonObject message) {
        var audio = message.peek("audio");
        if (audio != null) {
            audio.object().requiredString("id", MAX_CALL_ID_CHARS);
        }
        var call = message.peek("function_call");
        if (call != null) {
            call.object().requiredString("name", MAX_NAME_CHARS);
            call.object().requiredValue("arguments").string(MAX_TEXT_CHARS);
        }
    }

    private static Message toolResult(JsonObject message) {
        var name = message.string("name", MAX_NAME_CHARS);
        var result = ToolResultPart.newBuilder()
                .setCallId(message.requiredString("tool_call_id", MAX_CALL_ID_CHARS))
                .setName(name)
                .setParts(content(message.requiredValue("content")))
                .build();
        return Message.newBuilder()
                .setRole("tool")
                .setName(name)
                .setParts(List.of(part(result, Map.of())))
                .setExtensions(message.rest())
                .build();
    }

    private static List<Part> content(JsonValue content) {
        if (content.isString()) {
            return List.of(part(new TextPart(content.string(MAX_TEXT_CHARS)), Map.of()));
        }
        if (!content.isArray()) {
            throw content.wrongType("a string or an array of content parts");
        }
        var parts = new ArrayList<Part>();
        for (var item : content.array()) {
            parts.add(ContentPartParser.part(item.object()));
        }
        if (parts.isEmpty()) {
            throw content.invalid("must hold at least one part");
        }
        return parts;
    }

    private static Part toolCall(JsonObject call) {
        var type = call.string("type", MAX_NAME_CHARS);
        return switch (type == null ? "function" : type) {
            case "function" -> toolCall(call, "function", "arguments");
            case "custom" -> toolCall(call, "custom", "input");
            default -> throw call.requiredValue("type").invalid("must be 'function' or 'custom'");
        };
    }

    private static Part toolCall(JsonObject call, String wrapper, String arguments) {
        var inner = call.requiredObject(wrapper);
        var content = ToolCallPart.newBuilder()
                .setCallId(call.requiredString("id", MAX_CALL_ID_CHARS))
                .setName(inner.requiredString("name", MAX_NAME_CHARS))
                .setArguments(inner.requiredValue(arguments).string(MAX_TEXT_CHARS))
                .setType(wrapper)
                .build();
        var extensions = new LinkedHashMap<>(call.rest());
        extensions.putAll(inner.rest(wrapper + "."));
        return part(content, extensions);
    }

    static Part part(Object content, Map<String, String> extensions) {
        return Part.newBuilder().setContent(content).setExtensions(extensions).build();
    }
}
