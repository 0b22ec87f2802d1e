package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the parts of a message as content blocks. A part that carries {@code cache_control} is followed by a cache point. */
final class ContentWriter {
    private static final Set<String> KEPT_BACK = Set.of("cache_control", "detail");

    private final Members members;
    private final MediaWriter media;

    ContentWriter(Members members) {
        this.members = members;
        this.media = new MediaWriter(members);
    }

    void write(List<Part> parts, String param, ArrayNode into) {
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            var block = block(part, param + ".parts[" + i + "]");
            if (block != null) {
                into.add(block);
            }
            cachePoint(part.getExtensions().get("cache_control"), into);
        }
    }

    /** Adds a cache point for a marker such as {@code {"type":"ephemeral","ttl":"1h"}}. */
    void cachePoint(@Nullable String marker, ArrayNode into) {
        var control = marker == null ? null : members.problems().parse("cache_control", marker);
        if (control != null && control.isObject()) {
            var point = into.addObject().putObject("cachePoint").put("type", "default");
            if (control.path("ttl").isTextual() && !control.path("ttl").asText().equals("5m")) {
                point.put("ttl", control.path("ttl").asText());
            }
        }
    }

    /** The block; null when there is nothing to say, or no way to say it, which is a problem then. */
    private @Nullable ObjectNode block(Part part, String param) {
        return switch (part.getContent()) {
            case TextPart text -> text(part, text.getText(), param);
            case RefusalPart refusal -> text(part, refusal.getText(), param);
            case MediaPart medium -> media.write(part, medium, param);
            case ToolCallPart call -> toolUse(part, call, param);
            case ToolResultPart result -> toolResult(part, result, param);
            case ReasoningPart thought -> reasoning(thought);
            case OpaquePart opaque -> opaque(opaque, param);
            default -> {
                members.refuse(param, "is of a kind that is not known here");
                yield null;
            }
        };
    }

    private @Nullable ObjectNode text(Part part, String text, String param) {
        if (text.isEmpty()) {
            return null;
        }
        var block = JsonNodeFactory.instance.objectNode().put("text", text);
        members.merge(block, part.getExtensions(), KEPT_BACK, Set.of(), param + ".extensions");
        return block;
    }

    private @Nullable ObjectNode toolUse(Part part, ToolCallPart call, String param) {
        if (!call.getType().equals("function")) {
            members.refuse(param, "a call of a '" + call.getType() + "' tool has no counterpart in Converse");
            return null;
        }
        var block = JsonNodeFactory.instance.objectNode();
        var toolUse =
                block.putObject("toolUse").put("toolUseId", call.getCallId()).put("name", call.getName());
        var arguments = call.getArguments().isBlank() ? "{}" : call.getArguments();
        JsonNode input = members.problems().parse(param + ".arguments", arguments);
        if (input != null && !input.isObject()) {
            members.refuse(param + ".arguments", "must be a JSON object");
        }
        toolUse.set("input", input);
        members.merge(toolUse, part.getExtensions(), KEPT_BACK, Set.of(), param + ".extensions");
        return block;
    }

    private ObjectNode toolResult(Part part, ToolResultPart result, String param) {
        var block = JsonNodeFactory.instance.objectNode();
        var node = block.putObject("toolResult").put("toolUseId", result.getCallId());
        write(result.getParts(), param, node.putArray("content"));
        if (result.getError()) {
            node.put("status", "error");
        }
        members.merge(node, part.getExtensions(), KEPT_BACK, Set.of(), param + ".extensions");
        return block;
    }

    private static @Nullable ObjectNode reasoning(ReasoningPart thought) {
        var block = JsonNodeFactory.instance.objectNode();
        var content = block.putObject("reasoningContent");
        if (thought.getEncrypted() != null) {
            content.put("redactedContent", thought.getEncrypted());
            return block;
        }
        if (thought.getText().isEmpty() && thought.getSignature() == null) {
            return null;
        }
        var text = content.putObject("reasoningText").put("text", thought.getText());
        if (thought.getSignature() != null) {
            text.put("signature", thought.getSignature());
        }
        return block;
    }

    private @Nullable ObjectNode opaque(OpaquePart opaque, String param) {
        if (!opaque.getDialect().equals(Emitted.DIALECT)) {
            members.refuse(
                    param,
                    "a '" + opaque.getType() + "' of dialect " + opaque.getDialect()
                            + " has no counterpart in Converse");
            return null;
        }
        if (members.problems().parse(param, opaque.getJson()) instanceof ObjectNode object) {
            return object;
        }
        members.refuse(param, "must be a JSON object");
        return null;
    }
}
