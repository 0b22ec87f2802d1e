package dev.millrace.ingress.anthropic;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.ingress.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** {@code tools} and {@code tool_choice}. */
final class ToolReader {
    private static final int MAX_TOOLS = 1024;
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_DESCRIPTION_CHARS = 262_144;

    private ToolReader() {}

    static void read(JsonObject body, ChatInput.Builder chat) {
        var tools = new ArrayList<Tool>();
        var values = body.value("tools");
        if (values != null) {
            for (var value : values.array(MAX_TOOLS)) {
                tools.add(tool(value.object()));
            }
        }
        chat.setTools(tools);
        var choice = body.object("tool_choice");
        if (choice != null) {
            choice(choice, tools, chat);
        }
    }

    private static Tool tool(JsonObject tool) {
        var type = tool.string("type", MAX_NAME_CHARS);
        boolean function = type == null || type.equals("custom");
        if (!function) {
            var name = tool.string("name", MAX_NAME_CHARS);
            return Tool.newBuilder()
                    .setName(name == null ? type : name)
                    .setType(type)
                    .setExtensions(tool.rest())
                    .build();
        }
        return Tool.newBuilder()
                .setName(tool.requiredString("name", MAX_NAME_CHARS))
                .setDescription(tool.string("description", MAX_DESCRIPTION_CHARS))
                .setParameters(tool.requiredObject("input_schema").node().toString())
                .setStrict(tool.bool("strict"))
                .setExtensions(tool.rest())
                .build();
    }

    private static void choice(JsonObject choice, List<Tool> tools, ChatInput.Builder chat) {
        var type = choice.requiredValue("type");
        var built = ToolChoice.newBuilder();
        switch (type.string(MAX_NAME_CHARS)) {
            case "auto" -> built.setMode(ToolChoiceMode.AUTO);
            case "any" -> built.setMode(ToolChoiceMode.REQUIRED);
            case "none" -> built.setMode(ToolChoiceMode.NONE);
            case "tool" -> {
                var name = choice.requiredValue("name");
                var text = name.nonEmptyString(MAX_NAME_CHARS);
                if (tools.stream().noneMatch(tool -> tool.getName().equals(text))) {
                    throw name.invalid("names a tool that is not in 'tools'");
                }
                built.setMode(ToolChoiceMode.NAMED).setName(text);
            }
            default -> throw type.invalid("must be 'auto', 'any', 'tool' or 'none'");
        }
        if (tools.isEmpty() && (built.getMode() == ToolChoiceMode.REQUIRED)) {
            throw type.invalid("is only allowed when 'tools' are given");
        }
        var serial = choice.bool("disable_parallel_tool_use");
        chat.setParallelToolCalls(serial == null ? null : !serial);
        chat.setToolChoice(built.setExtensions(choice.rest()).build());
    }
}
