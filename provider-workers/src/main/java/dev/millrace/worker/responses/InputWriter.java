package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Message;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code instructions} and the {@code input} array: one item for each stretch of content, call, result and thinking.
 *
 * <p>Thinking that this family did not encrypt, and that came in another dialect, is left out: no vendor of it takes the thinking of a
 * stranger.
 */
final class InputWriter {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");

    private final RenderProblems problems;
    private final boolean sameDialect;
    private final ContentWriter contents;
    private ArrayNode items = JsonNodeFactory.instance.arrayNode();
    private @Nullable ObjectNode reasoning;

    InputWriter(RenderProblems problems, String dialect) {
        this.problems = problems;
        this.sameDialect = dialect.equals(ResponsesMarks.DIALECT);
        this.contents = new ContentWriter(problems);
    }

    void write(List<Message> messages, ObjectNode body) {
        items = body.putArray("input");
        for (int i = 0; i < messages.size(); i++) {
            var message = messages.get(i);
            if (message.getExtensions().containsKey(ResponsesMarks.INSTRUCTIONS)
                    && message.getParts().size() == 1
                    && message.getParts().getFirst().getContent() instanceof TextPart text) {
                body.put("instructions", text.getText());
            } else {
                message(message, "messages[" + i + "]");
            }
        }
    }

    private void message(Message message, String param) {
        if (message.getName() != null && !message.getRole().equals("tool")) {
            problems.add(param + ".name", param + ".name: the Responses API has no name beside a message's role");
        }
        var content = new ArrayList<Part>();
        int from = 0;
        for (int i = 0; i < message.getParts().size(); i++) {
            var part = message.getParts().get(i);
            boolean item = isItem(part);
            if (!content.isEmpty() && (item || part.getExtensions().containsKey(ResponsesMarks.ITEM))) {
                content(message, content, param, from);
                content.clear();
            }
            if (item) {
                item(part, param + ".parts[" + i + "]");
            } else {
                from = content.isEmpty() ? i : from;
                content.add(part);
            }
        }
        if (!content.isEmpty()) {
            content(message, content, param, from);
        }
    }

    private static boolean isItem(Part part) {
        return switch (part.getContent()) {
            case ToolCallPart _, ToolResultPart _, ReasoningPart _ -> true;
            case OpaquePart opaque ->
                opaque.getDialect().equals(ResponsesMarks.DIALECT)
                        && part.getExtensions().containsKey(ResponsesMarks.ITEM);
            default -> false;
        };
    }

    private void item(Part part, String param) {
        switch (part.getContent()) {
            case ToolCallPart call -> call(call, part, param);
            case ToolResultPart result -> result(result, part, param);
            case ReasoningPart thought -> reasoning(thought, part, param);
            case OpaquePart opaque -> {
                if (problems.parse(param, opaque.getJson()) instanceof ObjectNode object) {
                    add(object);
                }
            }
            default -> throw new IllegalStateException("not an item: " + part.getContent());
        }
    }

    private void add(ObjectNode item) {
        items.add(item);
        reasoning = null;
    }

    private void content(Message message, List<Part> parts, String param, int from) {
        if (!ROLES.contains(message.getRole())) {
            problems.add(param + ".role", param + ".role: '" + message.getRole() + "' is no role of the Responses API");
        }
        var node = JsonNodeFactory.instance.objectNode();
        var marks = parts.getFirst().getExtensions();
        var item = members(marks, param);
        if (item != null && !item.isEmpty()) {
            node.put("type", "message");
        }
        node.put("role", message.getRole());
        contents.write(node, "content", parts, message.getRole().equals("assistant"), param, from);
        merge(node, item);
        problems.merge(node, message.getExtensions(), Set.of(), param + ".extensions");
        add(node);
    }

    private void call(ToolCallPart call, Part part, String param) {
        var node = JsonNodeFactory.instance.objectNode();
        switch (call.getType()) {
            case "function" ->
                node.put("type", "function_call")
                        .put("call_id", call.getCallId())
                        .put("name", call.getName())
                        .put("arguments", call.getArguments());
            case "custom" ->
                node.put("type", "custom_tool_call")
                        .put("call_id", call.getCallId())
                        .put("name", call.getName())
                        .put("input", call.getArguments());
            default -> problems.add(param, param + ": a call of a '" + call.getType() + "' tool has no counterpart");
        }
        finish(node, part, param);
    }

    private void result(ToolResultPart result, Part part, String param) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("type", "function_call_output").put("call_id", result.getCallId());
        var type = members(part.getExtensions(), param);
        if (type != null && type.path("type").isTextual()) {
            node.set("type", type.remove("type"));
        }
        contents.write(node, "output", result.getParts(), false, param, 0);
        merge(node, type);
        problems.merge(node, withoutMarks(part), Set.of(), param + ".extensions");
        add(node);
    }

    private void finish(ObjectNode node, Part part, String param) {
        merge(node, members(part.getExtensions(), param));
        problems.merge(node, withoutMarks(part), Set.of(), param + ".extensions");
        add(node);
    }

    /** Several pieces of one item follow each other: all but the first carry the mark of a further part. */
    private void reasoning(ReasoningPart thought, Part part, String param) {
        if (!sameDialect && thought.getEncrypted() == null) {
            return;
        }
        boolean further = part.getExtensions().containsKey(ResponsesMarks.PART);
        var node = further && reasoning != null ? reasoning : begin(thought, part, param);
        if (!thought.getText().isEmpty()) {
            var list = thought.getSummary() ? "summary" : "content";
            node.withArrayProperty(list)
                    .addObject()
                    .put("type", thought.getSummary() ? "summary_text" : "reasoning_text")
                    .put("text", thought.getText());
        }
    }

    private ObjectNode begin(ReasoningPart thought, Part part, String param) {
        var node = JsonNodeFactory.instance.objectNode().put("type", "reasoning");
        if (thought.getId() != null) {
            node.put("id", thought.getId());
        }
        node.putArray("summary");
        if (thought.getEncrypted() != null) {
            node.put("encrypted_content", thought.getEncrypted());
        }
        finish(node, part, param);
        reasoning = node;
        return node;
    }

    private @Nullable ObjectNode members(Map<String, String> marks, String param) {
        var json = marks.get(ResponsesMarks.ITEM);
        return json != null && problems.parse(param, json) instanceof ObjectNode object ? object : null;
    }

    private static void merge(ObjectNode node, @Nullable ObjectNode members) {
        if (members != null) {
            members.properties().forEach(member -> {
                if (!node.has(member.getKey())) {
                    node.set(member.getKey(), member.getValue());
                }
            });
        }
    }

    /** What another dialect said beside a call or a result has no place here unless it is of this one. */
    private Map<String, String> withoutMarks(Part part) {
        return sameDialect ? part.getExtensions() : Map.of();
    }
}
