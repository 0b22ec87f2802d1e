package dev.millrace.ingress.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Message;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.egress.responses.Signatures;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The items of {@code input}, as messages. One instance per request. */
final class InputParser {
    private static final int MAX_TEXT_CHARS = Integer.MAX_VALUE;
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_ID_CHARS = 16_384;
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final List<Message> messages = new ArrayList<>();
    /** What the model did in one turn, as far as it was read; null between turns. */
    private @Nullable List<Part> turn;

    private boolean turnHasContent;

    List<Message> messages() {
        endTurn();
        return messages;
    }

    /** Adds messages of an earlier response. */
    void add(List<Message> earlier) {
        endTurn();
        messages.addAll(earlier);
    }

    void instructions(String text) {
        messages.add(Message.newBuilder()
                .setRole("system")
                .setParts(List.of(part(new TextPart(text), Map.of())))
                .setExtensions(Map.of(ResponsesMarks.INSTRUCTIONS, "true"))
                .build());
    }

    /** The whole of {@code input}: a text is one message of the user. */
    void input(JsonValue input) {
        if (input.isString()) {
            message("user", List.of(part(new TextPart(input.string(MAX_TEXT_CHARS)), Map.of())));
            return;
        }
        if (!input.isArray()) {
            throw input.wrongType("a string or an array of items");
        }
        input.array().forEach(item -> item(item.object()));
    }

    /** One item. */
    void item(JsonObject item) {
        var type = item.string("type", MAX_NAME_CHARS);
        switch (type == null ? "message" : type) {
            case "message" -> message(item);
            case "function_call" -> call(item, "function", "arguments");
            case "custom_tool_call" -> call(item, "custom", "input");
            case "function_call_output" -> result(item, null);
            case "custom_tool_call_output" -> result(item, "custom_tool_call_output");
            case "reasoning" -> reasoning(item);
            default -> opaque(item, String.valueOf(type));
        }
    }

    private void message(JsonObject item) {
        var role = item.requiredValue("role");
        var parts = content(item.requiredValue("content"));
        var members = rest(item);
        switch (role.string(MAX_NAME_CHARS)) {
            case "user", "system", "developer" -> {
                endTurn();
                message(role.string(MAX_NAME_CHARS), marked(parts, members));
            }
            case "assistant" -> {
                if (turnHasContent) {
                    endTurn();
                }
                turn().addAll(marked(parts, members));
                turnHasContent = true;
            }
            default -> throw role.invalid("must be 'user', 'system', 'developer' or 'assistant'");
        }
    }

    private void message(String role, List<Part> parts) {
        endTurn();
        messages.add(Message.newBuilder().setRole(role).setParts(parts).build());
    }

    private List<Part> turn() {
        var present = turn;
        if (present == null) {
            present = new ArrayList<>();
            turn = present;
        }
        return present;
    }

    private void endTurn() {
        var parts = turn;
        turn = null;
        turnHasContent = false;
        if (parts != null && !parts.isEmpty()) {
            messages.add(
                    Message.newBuilder().setRole("assistant").setParts(parts).build());
        }
    }

    /** The first part carries what else the item says. */
    private static List<Part> marked(List<Part> parts, @Nullable ObjectNode members) {
        if (members == null || parts.isEmpty()) {
            return parts;
        }
        var marked = new ArrayList<>(parts);
        var first = marked.getFirst();
        var extensions = new HashMap<>(first.getExtensions());
        extensions.put(ResponsesMarks.ITEM, members.toString());
        marked.set(0, part(first.getContent(), extensions));
        return marked;
    }

    private static List<Part> content(JsonValue content) {
        if (content.isString()) {
            return List.of(part(new TextPart(content.string(MAX_TEXT_CHARS)), Map.of()));
        }
        if (!content.isArray()) {
            throw content.wrongType("a string or an array of content parts");
        }
        return content.array().stream()
                .map(value -> ItemContentParser.part(value.object()))
                .toList();
    }

    private void call(JsonObject item, String type, String arguments) {
        var content = ToolCallPart.newBuilder()
                .setCallId(item.requiredString("call_id", MAX_ID_CHARS))
                .setName(item.requiredString("name", MAX_NAME_CHARS))
                .setArguments(item.requiredValue(arguments).string(MAX_TEXT_CHARS))
                .setType(type)
                .build();
        var signed = item.value("extra_content");
        Map<String, String> extensions = signed == null ? Map.of() : Map.of("extra_content", signed.json());
        turn().addAll(marked(List.of(part(content, extensions)), rest(item)));
    }

    private void result(JsonObject item, @Nullable String type) {
        var content = ToolResultPart.newBuilder()
                .setCallId(item.requiredString("call_id", MAX_ID_CHARS))
                .setParts(content(item.requiredValue("output")))
                .build();
        var members = rest(item);
        if (type != null) {
            members = members == null ? item.node().objectNode() : members;
            members.put("type", type);
        }
        message("tool", marked(List.of(part(content, Map.of())), members));
    }

    private void reasoning(JsonObject item) {
        var id = item.string("id", MAX_ID_CHARS);
        var opaque = item.string("encrypted_content", MAX_TEXT_CHARS);
        var signature = opaque != null && Signatures.isWrapped(opaque) ? Signatures.unwrap(opaque) : null;
        var encrypted = signature != null ? null : opaque;
        var parts = new ArrayList<Part>();
        for (var list : List.of("summary", "content")) {
            for (var value : item.array(list)) {
                var text = value.object().requiredValue("text").string(MAX_TEXT_CHARS);
                boolean first = parts.isEmpty();
                var thought = new ReasoningPart(
                        text, id, first ? signature : null, first ? encrypted : null, list.equals("summary"));
                parts.add(
                        part(thought, first ? Map.of() : Map.of(ResponsesMarks.PART, Integer.toString(parts.size()))));
            }
        }
        if (parts.isEmpty()) {
            parts.add(part(new ReasoningPart("", id, signature, encrypted, true), Map.of()));
        }
        turn().addAll(marked(parts, rest(item)));
    }

    private void opaque(JsonObject item, String type) {
        if (!TYPE.matcher(type).matches()) {
            throw item.requiredValue("type").invalid("is not the name of an item type");
        }
        var content = OpaquePart.newBuilder()
                .setDialect(ResponsesMarks.DIALECT)
                .setType(type)
                .setJson(item.node().toString())
                .build();
        var part = part(content, Map.of(ResponsesMarks.ITEM, "{}"));
        if (type.endsWith("_output") || type.endsWith("_response")) {
            message("user", List.of(part));
        } else {
            turn().add(part);
        }
    }

    /** What nobody read, without nulls; null when nothing is left. */
    private static @Nullable ObjectNode rest(JsonObject item) {
        var rest = item.node().objectNode();
        var left = item.rest();
        item.node().properties().forEach(member -> {
            if (left.containsKey(member.getKey()) && !member.getValue().isNull()) {
                rest.set(member.getKey(), member.getValue());
            }
        });
        return rest.isEmpty() ? null : rest;
    }

    static Part part(Object content, Map<String, String> extensions) {
        return Part.newBuilder()
                .setContent(content)
                .setExtensions(new LinkedHashMap<>(extensions))
                .build();
    }

    static Part refusal(String text) {
        return part(new RefusalPart(text), Map.of());
    }
}
