package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.dialect.Marks;
import dev.millrace.dialect.ResponsesMarks;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a request that every response object repeats, read from the record: the same wherever it is read. */
public final class ResponseEcho {
    private static final List<String> PLAIN =
            List.of("max_tool_calls", "service_tier", "truncation", "safety_identifier", "prompt_cache_key", "user");

    private ResponseEcho() {}

    /** The members, in the order of OpenAI's documentation. */
    public static ObjectNode of(ChatInput input, Map<String, String> metadata) {
        var node = JsonNodeFactory.instance.objectNode();
        var sampling = input.getSampling();
        node.set("background", extension(input, "background", "false"));
        node.put("instructions", instructions(input));
        node.put("max_output_tokens", sampling == null ? null : sampling.getMaxOutputTokens());
        metadata.forEach(node.putObject("metadata")::put);
        node.put("parallel_tool_calls", input.getParallelToolCalls() == null || input.getParallelToolCalls());
        node.set("previous_response_id", extension(input, "previous_response_id", "null"));
        reasoning(node, input);
        node.set("store", extension(input, "store", "true"));
        node.put("temperature", sampling == null ? null : sampling.getTemperature());
        node.putObject("text").set("format", format(input.getOutputFormat()));
        choice(node, input.getToolChoice());
        var tools = node.putArray("tools");
        input.getTools().forEach(tool -> tools.add(tool(tool)));
        node.put("top_p", sampling == null ? null : sampling.getTopP());
        for (var name : PLAIN) {
            var value = extension(input, name, "null");
            if (!value.isNull()) {
                node.set(name, value);
            }
        }
        return node;
    }

    private static JsonNode extension(ChatInput input, String name, String otherwise) {
        var extensions = input.getExtensions();
        return Json.parsed(
                extensions.getOrDefault(ResponsesMarks.PREFIX + name, extensions.getOrDefault(name, otherwise)));
    }

    private static @Nullable String instructions(ChatInput input) {
        return input.getMessages().stream()
                .filter(message -> message.getExtensions().containsKey(ResponsesMarks.INSTRUCTIONS))
                .flatMap(message -> message.getParts().stream())
                .map(part -> part.getContent() instanceof TextPart text ? text.getText() : "")
                .findFirst()
                .orElse(null);
    }

    private static void reasoning(ObjectNode node, ChatInput input) {
        var reasoning = input.getReasoning();
        node.putObject("reasoning")
                .put("effort", reasoning == null ? null : reasoning.getEffort())
                .put("summary", reasoning == null ? null : reasoning.getSummary());
    }

    private static ObjectNode format(@Nullable OutputFormat format) {
        var node = JsonNodeFactory.instance.objectNode();
        if (format == null || format.getKind() == OutputKind.TEXT) {
            return node.put("type", "text");
        }
        if (format.getKind() == OutputKind.JSON_OBJECT) {
            return node.put("type", "json_object");
        }
        node.put("type", "json_schema").put("name", format.getName());
        if (format.getDescription() != null) {
            node.put("description", format.getDescription());
        }
        if (format.getSchema$() != null) {
            node.set("schema", Json.parsed(format.getSchema$()));
        }
        node.put("strict", format.getStrict());
        return node;
    }

    private static void choice(ObjectNode node, @Nullable ToolChoice choice) {
        if (choice == null) {
            node.put("tool_choice", "auto");
        } else if (!choice.getExtensions().isEmpty()) {
            var object = node.putObject("tool_choice");
            choice.getExtensions().forEach((name, json) -> object.set(name, Json.parsed(json)));
        } else {
            switch (choice.getMode()) {
                case AUTO -> node.put("tool_choice", "auto");
                case NONE -> node.put("tool_choice", "none");
                case REQUIRED -> node.put("tool_choice", "required");
                case NAMED ->
                    node.putObject("tool_choice").put("type", "function").put("name", choice.getName());
            }
        }
    }

    private static ObjectNode tool(Tool tool) {
        var node = JsonNodeFactory.instance.objectNode().put("type", tool.getType());
        boolean named = tool.getType().equals("function") || tool.getType().equals("custom");
        if (named) {
            node.put("name", tool.getName()).put("description", tool.getDescription());
        }
        if (tool.getType().equals("function")) {
            node.set("parameters", tool.getParameters() == null ? null : Json.parsed(tool.getParameters()));
            node.put("strict", tool.getStrict() == null || tool.getStrict());
        }
        tool.getExtensions().forEach((name, json) -> {
            if (!Marks.isMark(name)) {
                node.set(name, Json.parsed(json));
            }
        });
        return node;
    }
}
