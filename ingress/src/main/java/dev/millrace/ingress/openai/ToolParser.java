package dev.millrace.ingress.openai;

import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code tools} and {@code tool_choice}. */
final class ToolParser {
    static final int MAX_NAME_CHARS = 256;

    private static final int MAX_TOOLS = 1024;
    private static final int MAX_DESCRIPTION_CHARS = 262_144;

    private ToolParser() {}

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
        return switch (type) {
            case "function" -> function(tool);
            case "custom" -> custom(tool);
            default ->
                Tool.newBuilder()
                        .setName(type)
                        .setType(type)
                        .setExtensions(tool.rest())
                        .build();
        };
    }

    private static Tool function(JsonObject tool) {
        var function = tool.requiredObject("function");
        var parameters = function.object("parameters");
        return Tool.newBuilder()
                .setName(function.requiredString("name", MAX_NAME_CHARS))
                .setDescription(function.string("description", MAX_DESCRIPTION_CHARS))
                .setParameters(parameters == null ? null : parameters.node().toString())
                .setStrict(function.bool("strict"))
                .setType("function")
                .setExtensions(extensions(tool, function, "function."))
                .build();
    }

    private static Tool custom(JsonObject tool) {
        var custom = tool.requiredObject("custom");
        return Tool.newBuilder()
                .setName(custom.requiredString("name", MAX_NAME_CHARS))
                .setDescription(custom.string("description", MAX_DESCRIPTION_CHARS))
                .setType("custom")
                .setExtensions(extensions(tool, custom, "custom."))
                .build();
    }

    private static Map<String, String> extensions(JsonObject outer, JsonObject inner, String prefix) {
        var extensions = new LinkedHashMap<>(outer.rest());
        extensions.putAll(inner.rest(prefix));
        return extensions;
    }

    static @Nullable ToolChoice choice(JsonObject body, List<Tool> tools) {
        var value = body.value("tool_choice");
        if (value == null) {
            return null;
        }
        var choice = value.isString() ? word(value) : object(value);
        if (tools.isEmpty() && choice.getMode() != ToolChoiceMode.NONE && choice.getMode() != ToolChoiceMode.AUTO) {
            throw value.invalid("is only allowed when 'tools' are given");
        }
        var name = choice.getName();
        if (name != null && tools.stream().noneMatch(tool -> tool.getName().equals(name))) {
            throw value.invalid("names a tool that is not in 'tools'");
        }
        return choice;
    }

    private static ToolChoice word(JsonValue value) {
        var mode = switch (value.string(MAX_NAME_CHARS)) {
            case "auto" -> ToolChoiceMode.AUTO;
            case "none" -> ToolChoiceMode.NONE;
            case "required", "any" -> ToolChoiceMode.REQUIRED;
            default -> throw value.invalid("must be 'none', 'auto', 'required' or an object that names a tool");
        };
        return ToolChoice.newBuilder().setMode(mode).build();
    }

    private static ToolChoice object(JsonValue value) {
        if (!value.isObject()) {
            throw value.wrongType("a string or an object");
        }
        var choice = value.object();
        var type = choice.requiredString("type", MAX_NAME_CHARS);
        return switch (type) {
            case "function", "custom" -> named(choice, type);
            case "allowed_tools" -> allowed(choice);
            default -> throw choice.requiredValue("type").invalid("must be 'function', 'custom' or 'allowed_tools'");
        };
    }

    private static ToolChoice named(JsonObject choice, String type) {
        var inner = choice.requiredObject(type);
        var name = inner.requiredString("name", MAX_NAME_CHARS);
        boolean plain = type.equals("function")
                && choice.rest().isEmpty()
                && inner.rest().isEmpty();
        return ToolChoice.newBuilder()
                .setMode(ToolChoiceMode.NAMED)
                .setName(name)
                .setExtensions(plain ? Map.of() : choice.all())
                .build();
    }

    private static ToolChoice allowed(JsonObject choice) {
        var allowed = choice.requiredObject("allowed_tools");
        var mode = allowed.requiredValue("mode");
        allowed.requiredValue("tools").array(MAX_TOOLS).forEach(JsonValue::object);
        var parsed = switch (mode.string(MAX_NAME_CHARS)) {
            case "auto" -> ToolChoiceMode.AUTO;
            case "required" -> ToolChoiceMode.REQUIRED;
            default -> throw mode.invalid("must be 'auto' or 'required'");
        };
        return ToolChoice.newBuilder()
                .setMode(parsed)
                .setExtensions(choice.all())
                .build();
    }
}
