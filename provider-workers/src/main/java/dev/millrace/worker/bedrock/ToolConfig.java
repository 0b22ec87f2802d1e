package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.ToolResultPart;
import java.util.Map;
import java.util.Set;

/** Writes {@code toolConfig}. Tools of type {@code systemTool} are the vendor's own, such as {@code nova_grounding}. */
final class ToolConfig {
    private static final Set<String> KEPT_BACK = Set.of("cache_control");

    private final Members members;
    private final ContentWriter content;

    ToolConfig(Members members, ContentWriter content) {
        this.members = members;
        this.content = content;
    }

    void write(ChatInput chat, ObjectNode body) {
        if (chat.getTools().isEmpty()) {
            return;
        }
        if (mode(chat) == ToolChoiceMode.NONE) {
            forbid(chat);
            return;
        }
        var config = body.putObject("toolConfig");
        var tools = config.putArray("tools");
        for (int i = 0; i < chat.getTools().size(); i++) {
            tool(chat.getTools().get(i), "tools[" + i + "]", tools);
        }
        if (chat.getToolChoice() != null) {
            choice(chat.getToolChoice(), config);
        }
        if (Boolean.FALSE.equals(chat.getParallelToolCalls())) {
            members.refuse("parallelToolCalls", "Converse cannot forbid parallel tool calls");
        }
    }

    private static ToolChoiceMode mode(ChatInput chat) {
        return chat.getToolChoice() == null
                ? ToolChoiceMode.AUTO
                : chat.getToolChoice().getMode();
    }

    /** Converse has no word for "no tool"; leaving the tools out says it, unless the conversation speaks of them. */
    private void forbid(ChatInput chat) {
        boolean used = chat.getMessages().stream()
                .flatMap(message -> message.getParts().stream())
                .anyMatch(part ->
                        part.getContent() instanceof ToolCallPart || part.getContent() instanceof ToolResultPart);
        if (used) {
            members.refuse("toolChoice", "Converse cannot forbid tools in a conversation that has used some");
        }
    }

    private void tool(Tool tool, String param, ArrayNode into) {
        switch (tool.getType()) {
            case "function" -> function(tool, param, into);
            case "systemTool" -> into.addObject().putObject("systemTool").put("name", tool.getName());
            case "cachePoint" -> {
                var point = into.addObject().putObject("cachePoint").put("type", "default");
                members.problems().merge(point, tool.getExtensions(), Set.of(), param + ".extensions");
            }
            default ->
                members.refuse(param + ".type", "a '" + tool.getType() + "' tool has no counterpart in Converse");
        }
        content.cachePoint(tool.getExtensions().get("cache_control"), into);
    }

    private void function(Tool tool, String param, ArrayNode into) {
        var spec = into.addObject().putObject("toolSpec").put("name", tool.getName());
        if (tool.getDescription() != null && !tool.getDescription().isEmpty()) {
            spec.put("description", tool.getDescription());
        }
        JsonNode schema = tool.getParameters() == null
                ? JsonNodeFactory.instance.objectNode()
                : members.problems().parse(param + ".parameters", tool.getParameters());
        if (schema instanceof ObjectNode object) {
            if (!object.has("type")) {
                object.put("type", "object");
            }
            spec.putObject("inputSchema").set("json", object);
        } else {
            members.refuse(param + ".parameters", "must be a JSON object");
        }
        // False is the default, and not every model knows the member.
        if (Boolean.TRUE.equals(tool.getStrict())) {
            spec.put("strict", true);
        }
        members.merge(spec, tool.getExtensions(), KEPT_BACK, Set.of(), param + ".extensions");
    }

    private void choice(ToolChoice choice, ObjectNode config) {
        var node = config.putObject("toolChoice");
        switch (choice.getMode()) {
            case AUTO, NONE -> node.putObject("auto");
            case REQUIRED -> node.putObject("any");
            case NAMED -> node.putObject("tool").put("name", choice.getName());
        }
        members.merge(node, Map.copyOf(choice.getExtensions()), Set.of("type"), Set.of(), "toolChoice.extensions");
    }
}
