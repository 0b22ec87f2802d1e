package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic Messages.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages-streaming">Streaming Messages</a>
 */
final class MessagesWire implements WireDialect {
    @Override
    public ObjectNode script(JsonNode request, @Nullable String model, @Nullable Boolean streaming) {
        var script = Nodes.script(
                request, request.path("model").asText(), request.path("stream").asBoolean());
        script.set("max_tokens", request.path("max_tokens"));
        var messages = script.putArray("messages");
        if (request.has("system")) {
            messages.add(Nodes.message("system", Nodes.text(request.path("system"))));
        }
        for (var message : request.path("messages")) {
            var content = message.path("content");
            boolean result = content.path(0).path("type").asText().equals("tool_result");
            messages.add(
                    result
                            ? Nodes.message("tool", Nodes.text(content.path(0).path("content")))
                            : Nodes.message(message.path("role").asText(), Nodes.text(content)));
        }
        if (request.has("tools")) {
            var tools = script.putArray("tools");
            request.path("tools").forEach(tool -> tools.add(Nodes.tool(tool.path("name"), tool.path("input_schema"))));
        }
        if (request.path("tool_choice").path("type").asText().equals("any")) {
            script.put("tool_choice", "required");
        }
        return script;
    }

    @Override
    public String whole(JsonNode completion) {
        var choice = Nodes.choice(completion);
        var message = envelope(completion);
        var content = message.putArray("content");
        var said = choice.path("message");
        if (said.hasNonNull("reasoning_content")) {
            content.addObject()
                    .put("type", "thinking")
                    .put("thinking", said.path("reasoning_content").asText())
                    .put("signature", "mock");
        }
        if (said.hasNonNull("content")) {
            content.addObject()
                    .put("type", "text")
                    .put("text", said.path("content").asText());
        }
        for (var call : said.path("tool_calls")) {
            content.addObject()
                    .put("type", "tool_use")
                    .put("id", call.path("id").asText())
                    .put("name", call.path("function").path("name").asText())
                    .set(
                            "input",
                            Scripts.read(call.path("function").path("arguments").asText()));
        }
        message.put("stop_reason", stopReason(choice.path("finish_reason").asText()));
        message.set("usage", usage(completion.path("usage")));
        return message.toString();
    }

    private static ObjectNode envelope(JsonNode reply) {
        return Nodes.object()
                .put("id", "msg_" + UUID.randomUUID().toString().replace("-", ""))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", reply.path("model").asText())
                .putNull("stop_sequence");
    }

    private static String stopReason(String finish) {
        return switch (finish) {
            case "tool_calls" -> "tool_use";
            case "length" -> "max_tokens";
            default -> "end_turn";
        };
    }

    private static ObjectNode usage(JsonNode usage) {
        return Nodes.object()
                .put("input_tokens", usage.path("prompt_tokens").asInt())
                .put("output_tokens", usage.path("completion_tokens").asInt());
    }

    @Override
    public Stream stream(boolean usageAsked) {
        return new Blocks();
    }

    @Override
    public ObjectNode error(int status, String message) {
        var type = switch (status) {
            case 401 -> "authentication_error";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
        var body = Nodes.object().put("type", "error");
        body.putObject("error").put("type", type).put("message", message);
        return body;
    }

    @Override
    public String errorFrame(String message) {
        return Nodes.event("error", error(500, message));
    }

    /** One content block after the other; usage comes with the last event. */
    private static final class Blocks implements Stream {
        private int index = -1;
        private String open = "";
        private String stopReason = "end_turn";
        private JsonNode usage = Nodes.object();
        private boolean begun;

        @Override
        public List<String> chunk(JsonNode chunk) {
            var frames = new ArrayList<String>();
            if (!begun) {
                begun = true;
                var message = envelope(chunk).putNull("stop_reason");
                message.putArray("content");
                message.set("usage", usage(Nodes.object()));
                var start = Nodes.object().put("type", "message_start");
                start.set("message", message);
                frames.add(Nodes.event("message_start", start));
            }
            if (chunk.hasNonNull("usage")) {
                usage = chunk.path("usage");
            }
            var choice = Nodes.choice(chunk);
            var delta = choice.path("delta");
            say("thinking", "thinking_delta", delta.path("reasoning_content").asText(""), frames);
            say("text", "text_delta", delta.path("content").asText(""), frames);
            delta.path("tool_calls").forEach(call -> call(call, frames));
            if (choice.hasNonNull("finish_reason")) {
                stopReason = stopReason(choice.path("finish_reason").asText());
            }
            return frames;
        }

        private void say(String type, String deltaType, String text, List<String> frames) {
            if (text.isEmpty()) {
                return;
            }
            if (!open.equals(type)) {
                begin(type, Nodes.object().put("type", type).put(type, ""), frames);
            }
            delta(Nodes.object().put("type", deltaType).put(type, text), frames);
        }

        private void call(JsonNode call, List<String> frames) {
            var function = call.path("function");
            if (call.has("id")) {
                var block = Nodes.object()
                        .put("type", "tool_use")
                        .put("id", call.path("id").asText())
                        .put("name", function.path("name").asText());
                block.putObject("input");
                begin("tool_use", block, frames);
            }
            var arguments = function.path("arguments").asText("");
            delta(Nodes.object().put("type", "input_json_delta").put("partial_json", arguments), frames);
        }

        private void begin(String type, ObjectNode block, List<String> frames) {
            end(frames);
            open = type;
            index++;
            var start = Nodes.object().put("type", "content_block_start").put("index", index);
            start.set("content_block", block);
            frames.add(Nodes.event("content_block_start", start));
        }

        private void delta(ObjectNode delta, List<String> frames) {
            var event = Nodes.object().put("type", "content_block_delta").put("index", index);
            event.set("delta", delta);
            frames.add(Nodes.event("content_block_delta", event));
        }

        private void end(List<String> frames) {
            if (!open.isEmpty()) {
                frames.add(Nodes.event(
                        "content_block_stop",
                        Nodes.object().put("type", "content_block_stop").put("index", index)));
                open = "";
            }
        }

        @Override
        public List<String> done() {
            var frames = new ArrayList<String>();
            end(frames);
            var last = Nodes.object().put("type", "message_delta");
            last.putObject("delta").put("stop_reason", stopReason).putNull("stop_sequence");
            last.set("usage", usage(usage));
            frames.add(Nodes.event("message_delta", last));
            frames.add(Nodes.event("message_stop", Nodes.object().put("type", "message_stop")));
            return frames;
        }
    }
}
