package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;

/** OpenAI responses. */
final class ResponsesReader implements DialectReader {
    @Override
    public Said whole(JsonNode body) {
        var said = new Said.Builder();
        for (var item : body.path("output")) {
            switch (item.path("type").asText()) {
                case "message" ->
                    item.path("content").forEach(part -> {
                        said.text(
                                part.path("type").asText().equals("output_text")
                                        ? part.path("text").asText()
                                        : "");
                        said.refusal(part.path("refusal").asText(""));
                    });
                case "function_call" -> call(said, item, item.path("arguments").asText());
                case "custom_tool_call" -> call(said, item, item.path("input").asText());
                default -> {}
            }
        }
        usage(said, body.path("usage"));
        return said.build();
    }

    private static void call(Said.Builder said, JsonNode item, String arguments) {
        said.beginCall(item.path("name").asText());
        said.arguments(said.calls() - 1, arguments);
    }

    private static void usage(Said.Builder said, JsonNode usage) {
        if (usage.isObject()) {
            said.usage(
                    usage.path("input_tokens").asLong(),
                    usage.path("output_tokens").asLong());
        }
    }

    /** From the deltas, not from the last event, which holds the whole answer once more. */
    @Override
    public Said stream(List<JsonNode> events) {
        var said = new Said.Builder();
        var calls = new HashMap<Integer, Integer>();
        for (var event : events) {
            int output = event.path("output_index").asInt();
            switch (event.path("type").asText()) {
                case "response.output_text.delta" ->
                    said.text(event.path("delta").asText());
                case "response.refusal.delta" ->
                    said.refusal(event.path("delta").asText());
                case "response.output_item.added" -> {
                    var type = event.path("item").path("type").asText();
                    if (type.equals("function_call") || type.equals("custom_tool_call")) {
                        calls.put(output, said.calls());
                        said.beginCall(event.path("item").path("name").asText());
                    }
                }
                case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" -> {
                    var call = calls.get(output);
                    if (call != null) {
                        said.arguments(call, event.path("delta").asText());
                    }
                }
                case "response.completed", "response.incomplete" ->
                    usage(said, event.path("response").path("usage"));
                default -> {}
            }
        }
        return said.build();
    }
}
