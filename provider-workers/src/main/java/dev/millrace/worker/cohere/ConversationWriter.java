package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes {@code messages}: each tool result is a message of its own, before what else its message held. */
final class ConversationWriter {
    private static final Set<String> ECHOED = Set.of(
            "role",
            "content",
            "reasoning_content",
            "reasoning",
            "reasoning_details",
            "annotations",
            "items",
            "refusal");
    private static final Set<String> HINTS = Set.of("cache_control", "detail");

    private final Members members;

    ConversationWriter(Members members) {
        this.members = members;
    }

    void write(List<Message> conversation, ArrayNode into) {
        for (int i = 0; i < conversation.size(); i++) {
            message(conversation.get(i), "messages[" + i + "]", into);
        }
        if (into.isEmpty()) {
            members.refuse("messages", "there must be one");
        }
    }

    private void message(Message message, String param, ArrayNode into) {
        if (message.getName() != null && !message.getRole().equals("tool")) {
            members.refuse(param + ".name", "a participant's name has no counterpart");
        }
        var rest = new ArrayList<Part>();
        for (int i = 0; i < message.getParts().size(); i++) {
            var part = message.getParts().get(i);
            if (part.getContent() instanceof ToolResultPart result) {
                var node = into.addObject().put("role", "tool").put("tool_call_id", result.getCallId());
                content(result.getParts(), param + ".parts[" + i + "]", node);
            } else {
                rest.add(part);
            }
        }
        switch (message.getRole()) {
            case "system", "developer" -> say("system", message, rest, param, into);
            case "user", "assistant" -> say(message.getRole(), message, rest, param, into);
            case "tool" -> {
                if (!rest.isEmpty()) {
                    members.refuse(param, "a tool's message must hold its result");
                }
            }
            default -> members.refuse(param + ".role", "'" + message.getRole() + "' has no counterpart");
        }
    }

    private void say(String role, Message message, List<Part> parts, String param, ArrayNode into) {
        if (parts.isEmpty()) {
            return;
        }
        var node = into.addObject().put("role", role);
        var content = new ArrayList<Part>();
        var plan = new StringBuilder();
        for (var part : parts) {
            switch (part.getContent()) {
                case ToolCallPart call -> call(call, param, node);
                case ReasoningPart thought
                when part.getExtensions().containsKey(MessageReader.PLAN_MARK) -> plan.append(thought.getText());
                default -> content.add(part);
            }
        }
        if (!plan.isEmpty()) {
            node.put(MessageReader.PLAN, plan.toString());
        }
        content(content, param, node);
        members.merge(node, message.getExtensions(), ECHOED, Set.of("citations"), param + ".extensions");
    }

    private void call(ToolCallPart call, String param, ObjectNode node) {
        if (!call.getType().equals("function")) {
            members.refuse(param, "a call of a '" + call.getType() + "' tool has no counterpart");
        }
        var written = node.withArrayProperty("tool_calls").addObject();
        written.put("id", call.getCallId()).put("type", "function");
        var arguments = call.getArguments().isBlank() ? "{}" : call.getArguments();
        written.putObject("function").put("name", call.getName()).put("arguments", arguments);
    }

    private void content(List<Part> parts, String param, ObjectNode node) {
        if (parts.size() == 1 && parts.getFirst().getContent() instanceof TextPart text) {
            node.put("content", text.getText());
            return;
        }
        var array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < parts.size(); i++) {
            var written = part(parts.get(i), param + ".parts[" + i + "]");
            if (written != null) {
                array.add(written);
            }
        }
        if (!array.isEmpty()) {
            node.set("content", array);
        }
    }

    private @Nullable ObjectNode part(Part part, String param) {
        var node = switch (part.getContent()) {
            case TextPart text -> typed("text").put("text", text.getText());
            case RefusalPart refusal -> typed("text").put("text", refusal.getText());
            case ReasoningPart thought ->
                thought.getText().isEmpty() ? null : typed("thinking").put("thinking", thought.getText());
            case MediaPart media -> image(media, part, param);
            case OpaquePart opaque -> opaque(opaque, param);
            default -> {
                members.refuse(param, "cannot stand in the content of this message");
                yield null;
            }
        };
        if (node != null) {
            members.merge(node, part.getExtensions(), HINTS, Set.of(), param + ".extensions");
        }
        return node;
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private @Nullable ObjectNode image(MediaPart media, Part part, String param) {
        if (media.getKind() != MediaKind.IMAGE || (media.getUrl() == null && media.getData() == null)) {
            members.refuse(param, "Cohere takes images, by value or by address");
            return null;
        }
        var node = typed("image_url");
        var url = media.getUrl() != null ? media.getUrl() : dataUrl(media.getMimeType(), media.getData());
        var image = node.putObject("image_url").put("url", url);
        var detail = part.getExtensions().get("detail");
        if (detail != null) {
            members.problems().merge(image, Map.of("detail", detail), Set.of(), param);
        }
        return node;
    }

    static String dataUrl(String mimeType, ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return "data:" + mimeType + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private @Nullable ObjectNode opaque(OpaquePart opaque, String param) {
        if (!opaque.getDialect().equals(MessageReader.DIALECT)) {
            members.refuse(
                    param,
                    "a '" + opaque.getType() + "' of dialect " + opaque.getDialect() + " has no counterpart at Cohere");
            return null;
        }
        if (members.problems().parse(param, opaque.getJson()) instanceof ObjectNode object) {
            return object;
        }
        members.refuse(param, "must be a JSON object");
        return null;
    }
}
