package dev.millrace.ingress.gemini;

import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.ingress.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code tools} and {@code toolConfig}. */
final class ToolParser {
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_DESCRIPTION_CHARS = 262_144;
    private static final int MAX_TOOLS = 1024;

    private ToolParser() {}

    /** Functions, then the vendor's own tools, each with its options as extensions. */
    static List<Tool> tools(JsonObject body) {
        var value = body.value("tools");
        if (value == null) {
            return List.of();
        }
        var tools = new ArrayList<Tool>();
        for (var item : value.array(MAX_TOOLS)) {
            var tool = item.object();
            var functions = tool.value("functionDeclarations");
            if (functions != null) {
                functions.array(MAX_TOOLS).forEach(function -> tools.add(function(function.object())));
            }
            for (var name : tool.names()) {
                if (!name.equals("functionDeclarations") && tool.has(name)) {
                    tools.add(Tool.newBuilder()
                            .setName(name)
                            .setType(name)
                            .setExtensions(tool.requiredObject(name).all())
                            .build());
                }
            }
        }
        return tools;
    }

    private static Tool function(JsonObject function) {
        var older = function.object("parameters");
        var newer = function.object("parametersJsonSchema");
        if (older != null && newer != null) {
            throw function.requiredValue("parameters")
                    .invalid("contradicts 'parametersJsonSchema'; set one of the two");
        }
        var schema = older != null
                ? SchemaWords.jsonSchema(older.node()).toString()
                : newer == null ? null : newer.node().toString();
        return Tool.newBuilder()
                .setName(function.requiredString("name", MAX_NAME_CHARS))
                .setDescription(function.string("description", MAX_DESCRIPTION_CHARS))
                .setParameters(schema)
                .setExtensions(function.rest())
                .build();
    }

    /** The choice; what else the config says goes to {@code extensions}. */
    static @Nullable ToolChoice choice(JsonObject body, Map<String, String> extensions) {
        var config = body.object("toolConfig");
        if (config == null) {
            return null;
        }
        var calling = config.object("functionCallingConfig");
        var rest = config.restJson();
        if (rest != null) {
            extensions.put("toolConfig", rest);
        }
        return calling == null ? null : choice(calling);
    }

    private static ToolChoice choice(JsonObject calling) {
        var mode = calling.value("mode");
        var word = mode == null ? "AUTO" : mode.string(MAX_NAME_CHARS);
        var names = calling.nonEmptyStrings("allowedFunctionNames", MAX_TOOLS, MAX_NAME_CHARS);
        var choice = ToolChoice.newBuilder();
        var extensions = new LinkedHashMap<>(calling.rest());
        switch (word) {
            case "AUTO", "MODE_UNSPECIFIED" -> choice.setMode(ToolChoiceMode.AUTO);
            case "NONE" -> choice.setMode(ToolChoiceMode.NONE);
            case "ANY" -> choice.setMode(names.size() == 1 ? ToolChoiceMode.NAMED : ToolChoiceMode.REQUIRED);
            case "VALIDATED" -> {
                choice.setMode(ToolChoiceMode.AUTO);
                extensions.put("mode", "\"VALIDATED\"");
            }
            default -> throw calling.requiredValue("mode").invalid("must be AUTO, ANY, NONE or VALIDATED");
        }
        if (choice.getMode() == ToolChoiceMode.NAMED) {
            choice.setName(names.getFirst());
        } else if (!names.isEmpty()) {
            var list = calling.peek("allowedFunctionNames");
            extensions.put("allowedFunctionNames", list == null ? "[]" : list.json());
        }
        return choice.setExtensions(extensions).build();
    }
}
