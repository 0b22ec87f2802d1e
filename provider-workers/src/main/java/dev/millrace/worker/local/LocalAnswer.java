package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What the scripted vendor has to say to a request, as the deltas of the chat dialect. Depends on the request alone.
 *
 * @param deltas one per token, in order
 * @param finish the finish reason
 * @param promptTokens words of the whole conversation
 * @param reasoningTokens how many of the deltas are thinking
 */
record LocalAnswer(List<ObjectNode> deltas, String finish, int promptTokens, int reasoningTokens) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static LocalAnswer to(JsonNode request, LocalOptions options) {
        var last = lastText(request, "user");
        var tools = request.path("tools");
        var choice = request.path("tool_choice");
        boolean demanded = choice.isObject() || choice.asText().equals("required");
        boolean offered =
                options.behaviour().equals("tools") && !choice.asText().equals("none");
        boolean answered = lastRole(request).equals("tool");
        int prompt = promptTokens(request);
        if (!tools.isEmpty() && (demanded || (offered && !answered))) {
            return new LocalAnswer(toolCall(tools, choice, last), "tool_calls", prompt, 0);
        }
        var thoughts = new ArrayList<ObjectNode>();
        if (options.behaviour().equals("think")) {
            Words.split("The user says: " + last).forEach(word -> thoughts.add(delta("reasoning_content", word)));
        }
        var words = words(request, options, answered ? lastText(request, "tool") : last);
        int max = maxTokens(request);
        boolean cut = words.size() > max;
        var deltas = new ArrayList<>(thoughts);
        words.stream().limit(max).forEach(word -> deltas.add(delta("content", word)));
        return new LocalAnswer(deltas, cut ? "length" : "stop", prompt, thoughts.size());
    }

    private static List<String> words(JsonNode request, LocalOptions options, String text) {
        var format = request.path("response_format");
        if (format.path("type").asText().equals("json_schema")) {
            var sample = SchemaSample.of(format.path("json_schema").path("schema"), text);
            return Words.split(sample.toString());
        }
        if (format.path("type").asText().equals("json_object")) {
            return Words.split(JSON.objectNode().put("echo", text).toString());
        }
        if (options.behaviour().equals("lorem")) {
            return Words.lorem(options.tokens(), options.seed());
        }
        return options.deltaChars() > 0 ? Words.pieces(text, options.deltaChars()) : Words.split(text);
    }

    private static ObjectNode delta(String member, String text) {
        return JSON.objectNode().put(member, text);
    }

    private static List<ObjectNode> toolCall(JsonNode tools, JsonNode choice, String text) {
        var wanted = choice.path("function").path("name").asText("");
        var tool = tools.path(0);
        for (var candidate : tools) {
            if (candidate.path("function").path("name").asText().equals(wanted)) {
                tool = candidate;
            }
        }
        var function = tool.path("function");
        var arguments = SchemaSample.of(function.path("parameters"), text).toString();
        var deltas = new ArrayList<ObjectNode>();
        deltas.add(toolDelta(function.path("name").asText(), Integer.toHexString(arguments.hashCode()), ""));
        int half = arguments.length() / 2;
        deltas.add(toolDelta("", "", arguments.substring(0, half)));
        deltas.add(toolDelta("", "", arguments.substring(half)));
        return deltas;
    }

    private static ObjectNode toolDelta(String name, String id, String arguments) {
        var delta = JSON.objectNode();
        var call = delta.putArray("tool_calls").addObject().put("index", 0);
        var function = JSON.objectNode();
        if (!id.isEmpty()) {
            call.put("id", "call_" + id).put("type", "function");
            function.put("name", name);
        }
        call.set("function", function.put("arguments", arguments));
        return delta;
    }

    private static int maxTokens(JsonNode request) {
        var max = request.path("max_completion_tokens");
        return max.isNumber() ? max.asInt() : request.path("max_tokens").asInt(Integer.MAX_VALUE);
    }

    private static String lastRole(JsonNode request) {
        var messages = request.path("messages");
        return messages.path(messages.size() - 1).path("role").asText();
    }

    private static String lastText(JsonNode request, String role) {
        var messages = request.path("messages");
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.path(i).path("role").asText().equals(role)) {
                return text(messages.path(i).path("content"));
            }
        }
        return "";
    }

    private static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.asText();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    private static int promptTokens(JsonNode request) {
        int count = 0;
        for (var message : request.path("messages")) {
            count += Words.count(text(message.path("content")));
        }
        return count;
    }

    /** The whole answer as one message. */
    ObjectNode message() {
        var message = JSON.objectNode().put("role", "assistant");
        var content = new StringBuilder();
        var reasoning = new StringBuilder();
        ArrayNode calls = JSON.arrayNode();
        for (var delta : deltas) {
            content.append(delta.path("content").asText(""));
            reasoning.append(delta.path("reasoning_content").asText(""));
            delta.path("tool_calls").forEach(call -> merge(calls, call));
        }
        if (calls.isEmpty()) {
            message.put("content", content.toString());
        } else {
            message.putNull("content").set("tool_calls", calls);
        }
        return reasoning.isEmpty() ? message : message.put("reasoning_content", reasoning.toString());
    }

    private static void merge(ArrayNode calls, JsonNode piece) {
        if (piece.has("id")) {
            calls.add(piece.deepCopy());
            return;
        }
        var function = (ObjectNode) calls.path(calls.size() - 1).path("function");
        var more = piece.path("function").path("arguments").asText();
        function.put("arguments", function.path("arguments").asText() + more);
    }

    ObjectNode usage() {
        var usage = JSON.objectNode()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", deltas.size())
                .put("total_tokens", promptTokens + deltas.size());
        usage.putObject("completion_tokens_details").put("reasoning_tokens", reasoningTokens);
        return usage;
    }
}
