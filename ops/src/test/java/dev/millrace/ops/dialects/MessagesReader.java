package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;

/** Anthropic messages. Input tokens are told in three parts there. */
final class MessagesReader implements DialectReader {
    @Override
    public Said whole(JsonNode body) {
        var said = new Said.Builder();
        for (var block : body.path("content")) {
            switch (block.path("type").asText()) {
                case "text" -> said.text(block.path("text").asText());
                case "tool_use" -> {
                    said.beginCall(block.path("name").asText());
                    said.arguments(said.calls() - 1, block.path("input").toString());
                }
                default -> {}
            }
        }
        usage(said, body.path("usage"));
        return said.build();
    }

    private static void usage(Said.Builder said, JsonNode usage) {
        if (usage.isObject()) {
            long input = usage.path("input_tokens").asLong()
                    + usage.path("cache_read_input_tokens").asLong()
                    + usage.path("cache_creation_input_tokens").asLong();
            said.usage(input, usage.path("output_tokens").asLong());
        }
    }

    @Override
    public Said stream(List<JsonNode> events) {
        var said = new Said.Builder();
        var calls = new HashMap<Integer, Integer>();
        for (var event : events) {
            int index = event.path("index").asInt();
            switch (event.path("type").asText()) {
                case "content_block_start" -> {
                    var block = event.path("content_block");
                    said.text(
                            block.path("type").asText().equals("text")
                                    ? block.path("text").asText()
                                    : "");
                    if (block.path("type").asText().equals("tool_use")) {
                        calls.put(index, said.calls());
                        said.beginCall(block.path("name").asText());
                    }
                }
                case "content_block_delta" -> {
                    var delta = event.path("delta");
                    said.text(
                            delta.path("type").asText().equals("text_delta")
                                    ? delta.path("text").asText()
                                    : "");
                    var call = calls.get(index);
                    if (call != null) {
                        said.arguments(call, delta.path("partial_json").asText(""));
                    }
                }
                case "message_delta" -> usage(said, event.path("usage"));
                default -> {}
            }
        }
        return said.build();
    }
}
