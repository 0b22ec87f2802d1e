package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.dialect.Marks;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes {@code tools} and {@code toolConfig}. */
final class ToolWriter {
    private static final Set<String> OWN = Set.of("name", "description", "parametersJsonSchema", "parameters");

    /** The vendor's server-side tools, by the words that this and other dialects have for them. */
    private static final Map<String, String> SERVER_TOOLS = Map.ofEntries(
            Map.entry("google_search", "googleSearch"),
            Map.entry("code_execution", "codeExecution"),
            Map.entry("url_context", "urlContext"),
            Map.entry("file_search", "fileSearch"),
            Map.entry("google_maps", "googleMaps"),
            Map.entry("computer_use", "computerUse"),
            Map.entry("enterprise_web_search", "enterpriseWebSearch"),
            Map.entry("google_search_retrieval", "googleSearchRetrieval"),
            Map.entry("web_search", "googleSearch"),
            Map.entry("web_search_preview", "googleSearch"),
            Map.entry("code_interpreter", "codeExecution"));

    private final boolean open;
    private final Problems problems;

    ToolWriter(boolean open, Problems problems) {
        this.open = open;
        this.problems = problems;
    }

    void write(ChatInput chat, ObjectNode body) {
        var tools = JsonNodeFactory.instance.arrayNode();
        ArrayNode functions = null;
        for (int i = 0; i < chat.getTools().size(); i++) {
            var tool = chat.getTools().get(i);
            var param = "tools[" + i + "]";
            if (tool.getType().equals("function")) {
                if (functions == null) {
                    functions = tools.addObject().putArray("functionDeclarations");
                }
                functions.add(function(tool, param));
            } else {
                serverTool(tool, tools, param);
            }
        }
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        if (chat.getToolChoice() != null) {
            choice(chat.getToolChoice(), body);
        }
        if (Boolean.FALSE.equals(chat.getParallelToolCalls()) && functions != null) {
            problems.add("parallelToolCalls", "this provider's models cannot be kept from calling tools in parallel");
        }
    }

    /** Strictness is a wish the vendor always fulfils for calls it validates; it has no word for it. */
    private ObjectNode function(Tool tool, String param) {
        var node = JsonNodeFactory.instance.objectNode().put("name", tool.getName());
        if (tool.getDescription() != null) {
            node.put("description", tool.getDescription());
        }
        problems.set(node, "parametersJsonSchema", tool.getParameters(), param + ".parameters");
        if (open) {
            problems.merge(node, tool.getExtensions(), OWN, param + ".extensions");
        } else {
            tool.getExtensions().keySet().stream()
                    .filter(name -> !name.equals("cache_control") && !Marks.isMark(name))
                    .sorted()
                    .findFirst()
                    .ifPresent(name ->
                            problems.add(param + ".extensions." + name, "has no counterpart in Gemini's dialect"));
        }
        return node;
    }

    private void serverTool(Tool tool, ArrayNode tools, String param) {
        var type = tool.getType();
        var name = serverToolName(type);
        boolean own = open || SERVER_TOOLS.containsValue(type);
        if (name == null && !open) {
            problems.add(param, "a tool of type '" + type + "' has no counterpart at this provider");
            return;
        }
        if (!own && !type.equals(snake(name)) && !isPlain(tool.getExtensions())) {
            problems.add(param, "the options of '" + type + "' have no counterpart at this provider");
            return;
        }
        var options = tools.addObject().putObject(name == null ? type : name);
        if (own || type.equals(snake(name))) {
            problems.merge(options, tool.getExtensions(), Set.of(), param + ".extensions");
        }
    }

    private static @Nullable String serverToolName(String type) {
        if (SERVER_TOOLS.containsValue(type)) {
            return type;
        }
        // Vendors put a date behind the name: web_search_20250305, code_execution_20250825.
        return SERVER_TOOLS.get(type.replaceFirst("_20\\d{6}$", "").replaceFirst("_20\\d\\d_\\d\\d_\\d\\d$", ""));
    }

    private static boolean isPlain(Map<String, String> extensions) {
        return extensions.entrySet().stream()
                .allMatch(option -> option.getKey().equals("name")
                        || Marks.isMark(option.getKey())
                        || (option.getKey().equals("container")
                                && option.getValue().equals("{\"type\":\"auto\"}")));
    }

    private static String snake(@Nullable String name) {
        return name == null ? "" : name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private void choice(ToolChoice choice, ObjectNode body) {
        var config = JsonNodeFactory.instance.objectNode();
        switch (choice.getMode()) {
            case AUTO -> config.put("mode", "AUTO");
            case NONE -> config.put("mode", "NONE");
            case REQUIRED -> config.put("mode", "ANY");
            case NAMED ->
                config.put("mode", "ANY").putArray("allowedFunctionNames").add(choice.getName());
        }
        if (open && !choice.getExtensions().isEmpty()) {
            choice.getExtensions()
                    .forEach((name, json) -> problems.set(config, name, json, "toolChoice.extensions." + name));
        } else {
            var allowed = choice.getExtensions().get("allowed_tools");
            if (allowed != null) {
                allowed(allowed, config);
            }
        }
        body.withObjectProperty("toolConfig").set("functionCallingConfig", config);
    }

    /** OpenAI's choice among some of the tools; the vendor can only be bound to them, or left free. */
    private static void allowed(String json, ObjectNode config) {
        var allowed = Problems.object(json);
        var names = config.putArray("allowedFunctionNames");
        if (allowed != null) {
            allowed.path("tools")
                    .forEach(tool -> names.add(tool.path("function")
                            .path("name")
                            .asText(tool.path("name").asText())));
        }
        if (config.path("mode").asText().equals("AUTO")) {
            config.put("mode", "VALIDATED");
        }
    }
}
