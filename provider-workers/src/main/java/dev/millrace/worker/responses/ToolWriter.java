package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}.
 *
 * <p>A function without a word about strictness is strict here and is not in any other dialect, so one that comes from another says it.
 */
final class ToolWriter {
    private static final Set<String> FAMILY = Set.of(ResponsesMarks.DIALECT, "openai-chat", "native", "topic");
    private static final Set<String> NAMED = Set.of("function", "custom");

    private final RenderProblems problems;
    private final String dialect;
    private final boolean sameDialect;

    ToolWriter(RenderProblems problems, String dialect) {
        this.problems = problems;
        this.dialect = dialect;
        this.sameDialect = dialect.equals(ResponsesMarks.DIALECT);
    }

    void write(ChatInput chat, ObjectNode body) {
        if (!chat.getTools().isEmpty()) {
            var array = body.putArray("tools");
            for (int i = 0; i < chat.getTools().size(); i++) {
                array.add(tool(chat.getTools().get(i), "tools[" + i + "]"));
            }
        }
        if (chat.getToolChoice() != null) {
            choice(body, chat.getToolChoice(), chat.getTools());
        }
        if (chat.getParallelToolCalls() != null) {
            body.put("parallel_tool_calls", chat.getParallelToolCalls());
        }
    }

    private ObjectNode tool(Tool tool, String param) {
        var node = JsonNodeFactory.instance.objectNode().put("type", tool.getType());
        if (!NAMED.contains(tool.getType())) {
            if (!FAMILY.contains(dialect)) {
                problems.add(
                        param,
                        param + ": a tool of type '" + tool.getType() + "' of dialect " + dialect
                                + " has no counterpart in the Responses API");
            }
            problems.merge(node, tool.getExtensions(), Set.of(), param + ".extensions");
            return node;
        }
        node.put("name", tool.getName());
        if (tool.getDescription() != null) {
            node.put("description", tool.getDescription());
        }
        if (tool.getType().equals("function")) {
            function(node, tool, param);
        }
        problems.merge(node, flat(tool.getExtensions(), tool.getType() + "."), Set.of(), param + ".extensions");
        return node;
    }

    private void function(ObjectNode node, Tool tool, String param) {
        if (tool.getParameters() != null) {
            ResponsesRequestWriter.put(node, "parameters", problems.parse(param + ".parameters", tool.getParameters()));
        } else if (!sameDialect) {
            node.putObject("parameters").put("type", "object").putObject("properties");
        }
        if (tool.getStrict() != null || !sameDialect) {
            node.put("strict", tool.getStrict() != null && tool.getStrict());
        }
    }

    private static Map<String, String> flat(Map<String, String> extensions, String wrapper) {
        var flat = new HashMap<String, String>();
        extensions.forEach(
                (name, json) -> flat.put(name.startsWith(wrapper) ? name.substring(wrapper.length()) : name, json));
        return flat;
    }

    private void choice(ObjectNode body, ToolChoice choice, List<Tool> tools) {
        if (!choice.getExtensions().isEmpty() && (sameDialect || dialect.equals("openai-chat"))) {
            var node = body.putObject("tool_choice");
            problems.merge(node, choice.getExtensions(), Set.of(), "toolChoice.extensions");
            unwrap(node);
            return;
        }
        switch (choice.getMode()) {
            case AUTO -> body.put("tool_choice", "auto");
            case NONE -> body.put("tool_choice", "none");
            case REQUIRED -> body.put("tool_choice", "required");
            case NAMED -> {
                boolean custom = tools.stream()
                        .anyMatch(tool -> tool.getName().equals(choice.getName())
                                && tool.getType().equals("custom"));
                body.putObject("tool_choice")
                        .put("type", custom ? "custom" : "function")
                        .put("name", choice.getName());
            }
        }
    }

    /** Chat completions wrap a name in an object of the tool's type, and the allowed tools in one more. */
    private static void unwrap(ObjectNode node) {
        for (var wrapper : List.of("allowed_tools", "function", "custom")) {
            if (node.path(wrapper) instanceof ObjectNode inner) {
                node.remove(wrapper);
                node.setAll(inner);
            }
        }
        for (JsonNode tool : node.path("tools")) {
            if (tool instanceof ObjectNode object) {
                unwrap(object);
            }
        }
    }
}
