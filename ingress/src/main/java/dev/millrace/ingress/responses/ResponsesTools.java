package dev.millrace.ingress.responses;

import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code tools} and {@code tool_choice}. */
final class ResponsesTools {
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_TOOLS = 1024;
    private static final int MAX_DESCRIPTION_CHARS = 262_144;

    private ResponsesTools() {}

    static List<Tool> tools(JsonObject body) {
        var value = body.value("tools");
        if (value == null) {
            return List.of();
        }
        var tools = new ArrayList<Tool>();
        for (var item : value.array(MAX_TOOLS)) {
            tools.add(tool(item.object()));
        }
        return tools;
    }

    private static Tool tool(JsonObject tool) {
        var type = tool.requiredString("type", MAX_NAME_CHARS);
        if (!type.equals("function") && !type.equals("custom")) {
            var name = tool.peek("name");
            return Tool.newBuilder()
                    .setType(type)
                    .setName(name != null && name.isString() ? name.string(MAX_NAME_CHARS) : type)
                    .setExtensions(withoutNulls(tool.rest()))
                    .build();
        }
        var built = Tool.newBuilder()
                .setType(type)
                .setName(tool.requiredString("name", MAX_NAME_CHARS))
                .setDescription(tool.string("description", MAX_DESCRIPTION_CHARS));
        if (type.equals("function")) {
            var parameters = tool.object("parameters");
            built.setParameters(parameters == null ? null : parameters.node().toString())
                    .setStrict(tool.bool("strict"));
        }
        return built.setExtensions(withoutNulls(tool.rest())).build();
    }

    private static Map<String, String> withoutNulls(Map<String, String> members) {
        var kept = new HashMap<>(members);
        kept.values().removeIf("null"::equals);
        return kept;
    }

    static @Nullable ToolChoice choice(JsonObject body) {
        var value = body.value("tool_choice");
        if (value == null) {
            return null;
        }
        return value.isString() ? word(value) : object(value.object());
    }

    private static ToolChoice word(JsonValue value) {
        return ToolChoice.newBuilder()
                .setMode(
                        switch (value.string(MAX_NAME_CHARS)) {
                            case "auto" -> ToolChoiceMode.AUTO;
                            case "none" -> ToolChoiceMode.NONE;
                            case "required" -> ToolChoiceMode.REQUIRED;
                            default ->
                                throw value.invalid(
                                        "must be 'none', 'auto', 'required' or an object that names a tool");
                        })
                .build();
    }

    private static ToolChoice object(JsonObject choice) {
        var type = choice.requiredString("type", MAX_NAME_CHARS);
        return switch (type) {
            case "function" ->
                ToolChoice.newBuilder()
                        .setMode(ToolChoiceMode.NAMED)
                        .setName(choice.requiredString("name", MAX_NAME_CHARS))
                        .build();
            case "custom" ->
                ToolChoice.newBuilder()
                        .setMode(ToolChoiceMode.NAMED)
                        .setName(choice.requiredString("name", MAX_NAME_CHARS))
                        .setExtensions(choice.all())
                        .build();
            case "allowed_tools" -> {
                var mode = choice.requiredString("mode", MAX_NAME_CHARS);
                yield ToolChoice.newBuilder()
                        .setMode(mode.equals("required") ? ToolChoiceMode.REQUIRED : ToolChoiceMode.AUTO)
                        .setExtensions(choice.all())
                        .build();
            }
            default ->
                ToolChoice.newBuilder()
                        .setMode(ToolChoiceMode.NAMED)
                        .setName(type)
                        .setExtensions(choice.all())
                        .build();
        };
    }
}
