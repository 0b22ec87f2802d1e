package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gemini {@code generateContent} and {@code streamGenerateContent?alt=sse}: lines end in CRLF and nothing follows the last chunk.
 *
 * @see <a href="https://ai.google.dev/api/generate-content">Generating content</a>
 */
final class GenerateContentWire implements WireDialect {
    @Override
    public ObjectNode script(JsonNode request, @Nullable String model, @Nullable Boolean streaming) {
        var script = Nodes.script(request, model == null ? "" : model, Boolean.TRUE.equals(streaming));
        var max = request.path("generationConfig").path("maxOutputTokens");
        if (max.isNumber()) {
            script.set("max_tokens", max);
        }
        var messages = script.putArray("messages");
        if (request.has("systemInstruction")) {
            messages.add(Nodes.message(
                    "system", Nodes.text(request.path("systemInstruction").path("parts"))));
        }
        for (var content : request.path("contents")) {
            var result = content.path("parts").path(0).path("functionResponse");
            var role = content.path("role").asText("user").equals("model") ? "assistant" : "user";
            messages.add(
                    result.isObject()
                            ? Nodes.message("tool", result.path("response").toString())
                            : Nodes.message(role, Nodes.text(content.path("parts"))));
        }
        tools(request, script);
        return script;
    }

    private static void tools(JsonNode request, ObjectNode script) {
        var tools = Nodes.JSON.arrayNode();
        for (var group : request.path("tools")) {
            for (var function : group.path("functionDeclarations")) {
                var schema = function.has("parametersJsonSchema")
                        ? function.path("parametersJsonSchema")
                        : function.path("parameters");
                tools.add(Nodes.tool(function.path("name"), schema));
            }
        }
        if (!tools.isEmpty()) {
            script.set("tools", tools);
        }
        var mode = request.path("toolConfig").path("functionCallingConfig").path("mode");
        if (mode.asText().equals("ANY")) {
            script.put("tool_choice", "required");
        }
    }

    @Override
    public String whole(JsonNode completion) {
        var choice = Nodes.choice(completion);
        var said = choice.path("message");
        var parts = Nodes.JSON.arrayNode();
        text(parts, said.path("reasoning_content").asText(""), true);
        text(parts, said.path("content").asText(""), false);
        said.path("tool_calls")
                .forEach(call -> parts.add(callPart(
                        call.path("function").path("name").asText(),
                        call.path("function").path("arguments").asText())));
        return response(completion, parts, choice.path("finish_reason").asText(""), completion.path("usage"))
                .toString();
    }

    private static void text(ArrayNode parts, String text, boolean thought) {
        if (!text.isEmpty()) {
            var part = parts.addObject().put("text", text);
            if (thought) {
                part.put("thought", true);
            }
        }
    }

    private static ObjectNode callPart(String name, String arguments) {
        var part = Nodes.object();
        part.putObject("functionCall").put("name", name).set("args", Scripts.read(arguments));
        return part;
    }

    private static ObjectNode response(JsonNode reply, ArrayNode parts, String finish, JsonNode usage) {
        var response = Nodes.object();
        var candidate = response.putArray("candidates").addObject();
        candidate.putObject("content").put("role", "model").set("parts", parts);
        candidate.put("index", 0);
        if (!finish.isEmpty()) {
            candidate.put("finishReason", finish.equals("length") ? "MAX_TOKENS" : "STOP");
        }
        if (usage.isObject()) {
            response.putObject("usageMetadata")
                    .put("promptTokenCount", usage.path("prompt_tokens").asInt())
                    .put("candidatesTokenCount", usage.path("completion_tokens").asInt())
                    .put("totalTokenCount", usage.path("total_tokens").asInt());
        }
        return response.put("modelVersion", reply.path("model").asText());
    }

    @Override
    public Stream stream(boolean usageAsked) {
        return new Chunks();
    }

    @Override
    public ObjectNode error(int status, String message) {
        var word = switch (status) {
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            default -> status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
        };
        var body = Nodes.object();
        body.putObject("error").put("code", status).put("message", message).put("status", word);
        return body;
    }

    /** Text as it comes, calls when they are whole, the finish reason with the usage. */
    private static final class Chunks implements Stream {
        private final StringBuilder arguments = new StringBuilder();
        private String call = "";
        private String finish = "stop";
        private JsonNode last = Nodes.object();

        @Override
        public List<String> chunk(JsonNode chunk) {
            last = chunk;
            var choice = Nodes.choice(chunk);
            var delta = choice.path("delta");
            var parts = Nodes.JSON.arrayNode();
            text(parts, delta.path("reasoning_content").asText(""), true);
            text(parts, delta.path("content").asText(""), false);
            for (var piece : delta.path("tool_calls")) {
                if (piece.has("id")) {
                    endCall(parts);
                    call = piece.path("function").path("name").asText();
                }
                arguments.append(piece.path("function").path("arguments").asText(""));
            }
            if (choice.hasNonNull("finish_reason")) {
                finish = choice.path("finish_reason").asText();
                endCall(parts);
            }
            return parts.isEmpty() ? List.of() : List.of(frame(response(chunk, parts, "", Nodes.JSON.missingNode())));
        }

        private void endCall(ArrayNode parts) {
            if (!call.isEmpty()) {
                parts.add(callPart(call, arguments.toString()));
                call = "";
                arguments.setLength(0);
            }
        }

        @Override
        public List<String> done() {
            var parts = Nodes.JSON.arrayNode();
            parts.addObject().put("text", "");
            var frames = new ArrayList<String>();
            frames.add(frame(response(last, parts, finish, last.path("usage"))));
            return frames;
        }

        private static String frame(JsonNode data) {
            return "data: " + data + "\r\n\r\n";
        }
    }
}
