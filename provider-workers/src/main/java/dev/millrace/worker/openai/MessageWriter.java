package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.worker.provider.RenderProblems;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes the {@code messages} array. A message with tool results becomes one message of role {@code tool} for each result, before the
 * message that holds what else it had.
 */
final class MessageWriter {
    private static final Set<String> OWN = Set.of("role", "content", "tool_calls", "tool_call_id");

    private final OpenAiQuirks quirks;
    private final RenderProblems problems;
    private final PartWriter parts;

    MessageWriter(OpenAiQuirks quirks, RenderProblems problems) {
        this.quirks = quirks;
        this.problems = problems;
        this.parts = new PartWriter(problems);
    }

    void write(List<Message> messages, ArrayNode into) {
        for (int i = 0; i < messages.size(); i++) {
            write(messages.get(i), into, "messages[" + i + "]");
        }
    }

    private void write(Message message, ArrayNode into, String param) {
        var rest = new ArrayList<Part>();
        for (int i = 0; i < message.getParts().size(); i++) {
            var part = message.getParts().get(i);
            if (part.getContent() instanceof ToolResultPart result) {
                into.add(toolResult(message, part, result, param + ".parts[" + i + "]"));
            } else {
                rest.add(part);
            }
        }
        if (!rest.isEmpty() || message.getParts().isEmpty()) {
            into.add(message(message, rest, param));
        }
    }

    private ObjectNode toolResult(Message message, Part part, ToolResultPart result, String param) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("role", "tool").put("tool_call_id", result.getCallId());
        if (result.getName() != null) {
            node.put("name", result.getName());
        }
        content(node, result.getParts(), param);
        problems.merge(node, part.getExtensions(), OWN, param + ".extensions");
        problems.merge(node, message.getExtensions(), OWN, param + ".extensions");
        return node;
    }

    private ObjectNode message(Message message, List<Part> rest, String param) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("role", role(message.getRole()));
        if (message.getName() != null) {
            node.put("name", message.getName());
        }
        var contents = new ArrayList<Part>();
        var calls = JsonNodeFactory.instance.arrayNode();
        var reasoning = new StringBuilder();
        for (var part : rest) {
            switch (part.getContent()) {
                case ToolCallPart call -> calls.add(toolCall(call, part, param));
                case ReasoningPart thought -> reasoning.append(thought.getText());
                case RefusalPart refusal
                when message.getRole().equals("assistant") -> node.put("refusal", refusal.getText());
                default -> contents.add(part);
            }
        }
        content(node, contents, param);
        if (!calls.isEmpty()) {
            node.set("tool_calls", calls);
        }
        if (!reasoning.isEmpty() && !quirks.reasoningMember().equals("none")) {
            node.put(quirks.reasoningMember(), reasoning.toString());
        }
        problems.merge(node, message.getExtensions(), OWN, param + ".extensions");
        return node;
    }

    private String role(String role) {
        boolean instructing = role.equals("system") || role.equals("developer");
        return instructing && !quirks.systemRole().equals("keep") ? quirks.systemRole() : role;
    }

    /** One plain text is written as a string, as most clients do; anything else as an array. */
    private void content(ObjectNode node, List<Part> contents, String param) {
        if (contents.isEmpty()) {
            node.putNull("content");
        } else if (contents.size() == 1
                && contents.getFirst().getContent() instanceof TextPart text
                && contents.getFirst().getExtensions().isEmpty()) {
            node.put("content", text.getText());
        } else {
            var array = node.putArray("content");
            for (int i = 0; i < contents.size(); i++) {
                var written = parts.write(contents.get(i), param + ".parts[" + i + "]");
                if (written != null) {
                    array.add(written);
                }
            }
        }
    }

    private ObjectNode toolCall(ToolCallPart call, Part part, String param) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("id", call.getCallId()).put("type", call.getType());
        switch (call.getType()) {
            case "function" ->
                node.putObject("function").put("name", call.getName()).put("arguments", call.getArguments());
            case "custom" ->
                node.putObject("custom").put("name", call.getName()).put("input", call.getArguments());
            default -> problems.add(param, param + ": a call of a '" + call.getType() + "' tool has no counterpart");
        }
        problems.merge(node, part.getExtensions(), Set.of(), param + ".extensions");
        return node;
    }
}
