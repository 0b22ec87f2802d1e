package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of an interaction, from that of a {@code generateContent} request: both say the same in other words. What has no word here is
 * refused by the name it has there.
 *
 * @see <a href="https://ai.google.dev/api/interactions-api">Interactions</a>
 */
final class InteractionWriter {
    private static final Map<String, String> SETTINGS = Map.of(
            "temperature", "temperature",
            "topP", "top_p",
            "seed", "seed",
            "maxOutputTokens", "max_output_tokens",
            "stopSequences", "stop_sequences");

    private static final Set<String> FORMAT = Set.of("responseMimeType", "responseJsonSchema");
    private static final Set<String> KNOWN =
            Set.of("contents", "systemInstruction", "tools", "toolConfig", "generationConfig");

    private final Problems problems;

    InteractionWriter(Problems problems) {
        this.problems = problems;
    }

    ObjectNode write(ObjectNode request, String model, boolean streaming) {
        var body = JsonNodeFactory.instance.objectNode().put("model", model).put("store", false);
        if (streaming) {
            body.put("stream", true);
        }
        var system = new StringBuilder();
        for (var part : request.path("systemInstruction").path("parts")) {
            system.append(system.isEmpty() ? "" : "\n").append(part.path("text").asText());
        }
        if (!system.isEmpty()) {
            body.put("system_instruction", system.toString());
        }
        contents(request.path("contents"), body.putArray("input"));
        tools(request.path("tools"), body);
        settings(request.path("generationConfig"), body);
        choice(request.path("toolConfig").path("functionCallingConfig"), body);
        request.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                problems.add(name, "has no counterpart in the provider's interactions");
            }
        });
        return body;
    }

    private void contents(JsonNode contents, ArrayNode input) {
        for (int i = 0; i < contents.size(); i++) {
            boolean model = contents.path(i).path("role").asText().equals("model");
            var parts = contents.path(i).path("parts");
            ObjectNode open = null;
            for (int p = 0; p < parts.size(); p++) {
                var part = parts.path(p);
                var param = "messages[" + i + "].parts[" + p + "]";
                var step = step(part, param);
                if (step != null) {
                    input.add(step);
                    open = null;
                } else if (open == null) {
                    open = input.addObject().put("type", model ? "model_output" : "user_input");
                    content(part, open.putArray("content"), param);
                } else {
                    content(part, open.withArrayProperty("content"), param);
                }
            }
        }
    }

    /** A part that is a step of its own; null for one that is content. */
    private static @Nullable ObjectNode step(JsonNode part, String param) {
        var step = JsonNodeFactory.instance.objectNode();
        if (part.has("functionCall")) {
            var call = part.path("functionCall");
            var id = call.path("id").asText(param);
            step.put("type", "function_call")
                    .put("id", id)
                    .put("name", call.path("name").asText());
            step.set("arguments", call.path("args"));
            return signed(step, part);
        }
        if (part.has("functionResponse")) {
            var response = part.path("functionResponse");
            step.put("type", "function_result")
                    .put("call_id", response.path("id").asText(param));
            step.put("name", response.path("name").asText()).set("result", response.path("response"));
            return step;
        }
        if (part.path("thought").asBoolean()) {
            step.put("type", "thought");
            if (!part.path("text").asText().isEmpty()) {
                step.putArray("summary")
                        .addObject()
                        .put("type", "text")
                        .put("text", part.path("text").asText());
            }
            return signed(step, part);
        }
        return null;
    }

    private static ObjectNode signed(ObjectNode step, JsonNode part) {
        if (part.has(CandidateReader.SIGNATURE)) {
            step.set("signature", part.path(CandidateReader.SIGNATURE));
        }
        return step;
    }

    private void content(JsonNode part, ArrayNode into, String param) {
        if (part.has("text")) {
            into.addObject().put("type", "text").put("text", part.path("text").asText());
            return;
        }
        var inline = part.path("inlineData");
        var media = inline.isObject() ? inline : part.path("fileData");
        if (!media.isObject()) {
            problems.add(param, "has no counterpart in the provider's interactions");
            return;
        }
        var type = media.path("mimeType").asText();
        var node = into.addObject();
        node.put("type", MediaTypes.kind(type).name().toLowerCase(Locale.ROOT)).put("mime_type", type);
        if (inline.isObject()) {
            node.set("data", media.path("data"));
        } else {
            node.set("uri", media.path("fileUri"));
        }
    }

    private void tools(JsonNode tools, ObjectNode body) {
        for (var tool : tools) {
            tool.properties().forEach(member -> {
                if (!member.getKey().equals("functionDeclarations")) {
                    var name = member.getKey().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
                    var node = body.withArrayProperty("tools").addObject().put("type", name);
                    node.setAll((ObjectNode) member.getValue());
                    return;
                }
                for (var function : member.getValue()) {
                    var node = body.withArrayProperty("tools").addObject().put("type", "function");
                    node.set("name", function.path("name"));
                    if (function.has("description")) {
                        node.set("description", function.path("description"));
                    }
                    if (function.has("parametersJsonSchema")) {
                        node.set("parameters", function.path("parametersJsonSchema"));
                    }
                }
            });
        }
    }

    private void settings(JsonNode config, ObjectNode body) {
        config.properties().forEach(member -> {
            var name = member.getKey();
            var known = SETTINGS.get(name);
            if (known != null) {
                body.withObjectProperty("generation_config").set(known, member.getValue());
            } else if (name.equals("thinkingConfig")) {
                thinking(member.getValue(), body.withObjectProperty("generation_config"));
            } else if (name.equals("responseModalities")) {
                member.getValue()
                        .forEach(word -> body.withArrayProperty("response_modalities")
                                .add(word.asText().toLowerCase(Locale.ROOT)));
            } else if (!FORMAT.contains(name)) {
                problems.add("generationConfig." + name, "has no counterpart in the provider's interactions");
            }
        });
        if (config.has("responseMimeType")) {
            var format = body.putObject("response_format").put("type", "text");
            format.set("mime_type", config.path("responseMimeType"));
            if (config.has("responseJsonSchema")) {
                format.set("schema", config.path("responseJsonSchema"));
            }
        }
    }

    private void thinking(JsonNode thinking, ObjectNode config) {
        if (thinking.has("thinkingLevel")) {
            config.set("thinking_level", thinking.path("thinkingLevel"));
        }
        if (thinking.path("includeThoughts").asBoolean()) {
            config.put("thinking_summaries", "auto");
        }
        if (thinking.has("thinkingBudget")) {
            problems.add("reasoning.budgetTokens", "the provider's interactions take a level, not a number of tokens");
        }
    }

    private static void choice(JsonNode calling, ObjectNode body) {
        if (!calling.isObject()) {
            return;
        }
        var mode = calling.path("mode").asText("AUTO").toLowerCase(Locale.ROOT);
        var config = body.withObjectProperty("generation_config");
        if (calling.has("allowedFunctionNames")) {
            var allowed =
                    config.putObject("tool_choice").putObject("allowed_tools").put("mode", mode);
            allowed.set("tools", calling.path("allowedFunctionNames"));
        } else {
            config.put("tool_choice", mode);
        }
    }
}
