package dev.millrace.ingress.gemini;

import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** {@code systemInstruction} and {@code contents}. */
final class ContentParser {
    private static final int MAX_ROLE_CHARS = 32;
    private static final int MAX_PARTS = 65_536;

    private ContentParser() {}

    static List<Message> messages(JsonObject body) {
        var parts = new PartParser(new CallNames());
        var messages = new ArrayList<Message>();
        var system = body.value("systemInstruction");
        if (system != null) {
            messages.add(instruction(system, parts));
        }
        var contents = body.requiredValue("contents");
        for (var content : contents.array()) {
            messages.add(message(content.object(), parts));
        }
        if (messages.isEmpty() || messages.size() == (system == null ? 0 : 1)) {
            throw contents.invalid("must hold at least one content");
        }
        return messages;
    }

    /** The role of an instruction says nothing to the vendor. */
    private static Message instruction(JsonValue value, PartParser parts) {
        var content = value.object();
        content.string("role", MAX_ROLE_CHARS);
        return Message.newBuilder()
                .setRole("system")
                .setParts(parts(content, parts))
                .setExtensions(content.rest())
                .build();
    }

    private static Message message(JsonObject content, PartParser parser) {
        var role = content.value("role");
        var word = role == null ? "user" : role.string(MAX_ROLE_CHARS);
        var parts = parts(content, parser);
        boolean results =
                !parts.isEmpty() && parts.stream().allMatch(part -> part.getContent() instanceof ToolResultPart);
        var normal = switch (word) {
            case "model" -> "assistant";
            case "user", "function", "tool", "" -> results ? "tool" : "user";
            case "system" -> "system";
            default -> throw content.requiredValue("role").invalid("must be 'user' or 'model'");
        };
        return Message.newBuilder()
                .setRole(normal)
                .setParts(parts)
                .setExtensions(content.rest())
                .build();
    }

    private static List<Part> parts(JsonObject content, PartParser parser) {
        var values = content.value("parts");
        if (values == null) {
            return List.of();
        }
        // One part alone may stand without its array.
        var items = values.isObject() ? List.of(values) : values.array(MAX_PARTS);
        return items.stream().map(item -> parser.part(item.object())).toList();
    }
}
