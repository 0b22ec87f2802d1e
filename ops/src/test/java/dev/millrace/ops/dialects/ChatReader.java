package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** OpenAI chat completions; the first choice. */
final class ChatReader implements DialectReader {
    @Override
    public Said whole(JsonNode body) {
        var said = new Said.Builder();
        var message = body.path("choices").path(0).path("message");
        said.text(message.path("content").asText(""));
        said.refusal(message.path("refusal").asText(""));
        for (var call : message.path("tool_calls")) {
            begin(said, call);
        }
        usage(said, body.path("usage"));
        return said.build();
    }

    private static void begin(Said.Builder said, JsonNode call) {
        var function = call.path(call.has("custom") ? "custom" : "function");
        said.beginCall(function.path("name").asText());
        said.arguments(said.calls() - 1, arguments(function));
    }

    private static String arguments(JsonNode function) {
        return function.path(function.has("input") ? "input" : "arguments").asText("");
    }

    private static void usage(Said.Builder said, JsonNode usage) {
        if (usage.isObject()) {
            said.usage(
                    usage.path("prompt_tokens").asLong(),
                    usage.path("completion_tokens").asLong());
        }
    }

    @Override
    public Said stream(List<JsonNode> events) {
        var said = new Said.Builder();
        var positions = new HashMap<Integer, Integer>();
        for (var event : events) {
            for (var choice : event.path("choices")) {
                if (choice.path("index").asInt() == 0) {
                    delta(said, choice.path("delta"), positions);
                }
            }
            usage(said, event.path("usage"));
        }
        return said.build();
    }

    private static void delta(Said.Builder said, JsonNode delta, Map<Integer, Integer> positions) {
        said.text(delta.path("content").asText(""));
        said.refusal(delta.path("refusal").asText(""));
        for (var call : delta.path("tool_calls")) {
            var known = positions.get(call.path("index").asInt());
            if (known == null) {
                positions.put(call.path("index").asInt(), said.calls());
                begin(said, call);
            } else {
                said.arguments(known, arguments(call.path(call.has("custom") ? "custom" : "function")));
            }
        }
    }
}
