package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes {@code tools} and {@code tool_choice}. */
final class ToolWriter {
    /** The vendor's own tools carry a date: {@code web_search_20250305}. */
    private static final Pattern DATED = Pattern.compile("[a-z0-9_]+_20[0-9]{6}");

    private static final Set<String> OURS = Set.of(
            "cache_control",
            "defer_loading",
            "allowed_callers",
            "eager_input_streaming",
            "input_examples",
            "allowed_domains",
            "blocked_domains",
            "max_uses",
            "user_location",
            "max_characters",
            "display_width_px",
            "display_height_px",
            "display_number",
            "max_content_tokens",
            "citations");

    private static final Set<String> OWN = Set.of("type", "name");

    private final Members members;

    ToolWriter(Members members) {
        this.members = members;
    }

    void write(ChatInput chat, ObjectNode body) {
        if (!chat.getTools().isEmpty()) {
            var array = body.putArray("tools");
            for (int i = 0; i < chat.getTools().size(); i++) {
                var tool = tool(chat.getTools().get(i), "tools[" + i + "]");
                if (tool != null) {
                    array.add(tool);
                }
            }
        }
        choice(chat, body);
    }

    private @Nullable ObjectNode tool(Tool tool, String param) {
        var node = JsonNodeFactory.instance.objectNode();
        var type = tool.getType();
        if (type.equals("function")) {
            function(tool, param, node);
        } else if (members.open() || DATED.matcher(type).matches()) {
            vendorTool(tool, node);
        } else if (type.equals("web_search") || type.equals("web_search_preview")) {
            node.put("type", "web_search_20250305").put("name", "web_search");
        } else {
            members.problems()
                    .add(
                            param + ".type",
                            param + ".type: a '" + type + "' tool has no counterpart in Anthropic's Messages API");
            return null;
        }
        members.merge(node, tool.getExtensions(), OWN, OURS, param + ".extensions");
        return node;
    }

    private void function(Tool tool, String param, ObjectNode node) {
        node.put("name", tool.getName());
        if (tool.getDescription() != null) {
            node.put("description", tool.getDescription());
        }
        var schema = tool.getParameters() == null
                ? JsonNodeFactory.instance.objectNode()
                : members.problems().parse(param + ".parameters", tool.getParameters());
        if (schema instanceof ObjectNode object) {
            if (!object.has("type")) {
                object.put("type", "object");
            }
            node.set("input_schema", object);
        } else {
            members.problems().add(param + ".parameters", param + ".parameters: must be a JSON object");
        }
        // False is the API's default, and not every host knows the member.
        if (tool.getStrict() != null && (tool.getStrict() || members.sameDialect())) {
            node.put("strict", tool.getStrict());
        }
    }

    /** Where the caller named none: the vendor fixes the names of its dated tools, that of {@code web_search_20250305} is {@code web_search}. */
    private static void vendorTool(Tool tool, ObjectNode node) {
        var type = tool.getType();
        node.put("type", type);
        if (!tool.getName().equals(type)) {
            node.put("name", tool.getName());
        } else if (DATED.matcher(type).matches()) {
            node.put("name", type.substring(0, type.lastIndexOf('_')));
        }
    }

    private void choice(ChatInput chat, ObjectNode body) {
        var choice = chat.getToolChoice();
        var parallel = chat.getParallelToolCalls();
        if (choice == null && (parallel == null || parallel || chat.getTools().isEmpty())) {
            return;
        }
        var node = body.putObject("tool_choice");
        var mode = choice == null ? ToolChoiceMode.AUTO : choice.getMode();
        switch (mode) {
            case AUTO -> node.put("type", "auto");
            case NONE -> node.put("type", "none");
            case REQUIRED -> node.put("type", "any");
            case NAMED -> node.put("type", "tool").put("name", choice == null ? "" : choice.getName());
        }
        if (parallel != null && mode != ToolChoiceMode.NONE) {
            node.put("disable_parallel_tool_use", !parallel);
        }
        extensions(choice, node);
    }

    private void extensions(@Nullable ToolChoice choice, ObjectNode node) {
        if (choice != null) {
            members.merge(node, choice.getExtensions(), Set.of("type", "name"), Set.of(), "toolChoice.extensions");
        }
    }
}
