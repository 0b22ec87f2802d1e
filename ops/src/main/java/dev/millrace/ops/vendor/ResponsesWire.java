package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI Responses: typed events with sequence numbers, and no end mark after the terminal one.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses-streaming">Responses, streaming</a>
 */
final class ResponsesWire implements WireDialect {
    private static final String ID = "resp_mock";

    @Override
    public ObjectNode script(JsonNode request, @Nullable String model, @Nullable Boolean streaming) {
        var script = Nodes.script(
                request, request.path("model").asText(), request.path("stream").asBoolean());
        if (request.path("max_output_tokens").isNumber()) {
            script.set("max_tokens", request.path("max_output_tokens"));
        }
        var messages = script.putArray("messages");
        if (request.has("instructions")) {
            messages.add(Nodes.message("system", request.path("instructions").asText()));
        }
        var input = request.path("input");
        if (input.isTextual()) {
            messages.add(Nodes.message("user", input.asText()));
        }
        for (var item : input) {
            switch (item.path("type").asText("message")) {
                case "message" ->
                    messages.add(Nodes.message(item.path("role").asText(), Nodes.text(item.path("content"))));
                case "function_call_output" ->
                    messages.add(Nodes.message("tool", item.path("output").asText()));
                default -> {}
            }
        }
        if (request.has("tools")) {
            var tools = script.putArray("tools");
            request.path("tools").forEach(tool -> tools.add(Nodes.tool(tool.path("name"), tool.path("parameters"))));
        }
        if (request.has("tool_choice")) {
            script.set("tool_choice", request.path("tool_choice"));
        }
        return script;
    }

    @Override
    public String whole(JsonNode completion) {
        var said = Nodes.choice(completion).path("message");
        var output = Nodes.JSON.arrayNode();
        if (said.hasNonNull("content")) {
            output.add(message(said.path("content").asText()));
        }
        said.path("tool_calls")
                .forEach(call -> output.add(call(
                        call.path("id").asText(),
                        call.path("function").path("name").asText(),
                        call.path("function").path("arguments").asText())));
        return response(
                        completion,
                        Nodes.choice(completion).path("finish_reason").asText(),
                        output,
                        completion.path("usage"))
                .toString();
    }

    private static ObjectNode message(String text) {
        var item = Nodes.object()
                .put("id", "msg_mock")
                .put("type", "message")
                .put("role", "assistant")
                .put("status", "completed");
        item.putArray("content")
                .addObject()
                .put("type", "output_text")
                .put("text", text)
                .putArray("annotations");
        return item;
    }

    private static ObjectNode call(String id, String name, String arguments) {
        return Nodes.object()
                .put("id", "fc_" + id)
                .put("type", "function_call")
                .put("status", "completed")
                .put("call_id", id)
                .put("name", name)
                .put("arguments", arguments);
    }

    private static ObjectNode response(JsonNode reply, String finish, ArrayNode output, JsonNode usage) {
        boolean cut = finish.equals("length");
        var response = Nodes.object()
                .put("id", ID)
                .put("object", "response")
                .put("created_at", 0)
                .put("model", reply.path("model").asText())
                .put("status", finish.isEmpty() ? "in_progress" : cut ? "incomplete" : "completed");
        if (cut) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        }
        response.set("output", output);
        if (usage.isObject()) {
            response.putObject("usage")
                    .put("input_tokens", usage.path("prompt_tokens").asInt())
                    .put("output_tokens", usage.path("completion_tokens").asInt())
                    .put("total_tokens", usage.path("total_tokens").asInt());
        }
        return response;
    }

    @Override
    public Stream stream(boolean usageAsked) {
        return new Events();
    }

    @Override
    public ObjectNode error(int status, String message) {
        return new ChatWire().error(status, message);
    }

    @Override
    public String errorFrame(String message) {
        return Nodes.event(
                "error",
                Nodes.object().put("type", "error").put("code", "server_error").put("message", message));
    }

    private static final class Events implements Stream {
        private final ArrayNode output = Nodes.JSON.arrayNode();
        private final StringBuilder text = new StringBuilder();
        private int sequence;
        private boolean begun;
        private String open = "";
        private String callId = "";
        private String callName = "";
        private String finish = "stop";
        private JsonNode last = Nodes.object();

        @Override
        public List<String> chunk(JsonNode chunk) {
            var frames = new ArrayList<String>();
            last = chunk;
            if (!begun) {
                begun = true;
                var created = Nodes.object();
                created.set("response", response(chunk, "", Nodes.JSON.arrayNode(), Nodes.JSON.missingNode()));
                emit("response.created", created, frames);
            }
            var choice = Nodes.choice(chunk);
            var delta = choice.path("delta");
            var said = delta.path("content").asText("");
            if (!said.isEmpty()) {
                say(said, frames);
            }
            delta.path("tool_calls").forEach(call -> callPiece(call, frames));
            if (choice.hasNonNull("finish_reason")) {
                finish = choice.path("finish_reason").asText();
            }
            return frames;
        }

        private void say(String said, List<String> frames) {
            if (!open.equals("message")) {
                begin("message", message("").put("status", "in_progress"), frames);
                var part = position().put("item_id", "msg_mock").put("content_index", 0);
                part.putObject("part")
                        .put("type", "output_text")
                        .put("text", "")
                        .putArray("annotations");
                emit("response.content_part.added", part, frames);
            }
            text.append(said);
            var delta = position()
                    .put("item_id", "msg_mock")
                    .put("content_index", 0)
                    .put("delta", said);
            emit("response.output_text.delta", delta, frames);
        }

        private void callPiece(JsonNode call, List<String> frames) {
            if (call.has("id")) {
                callId = call.path("id").asText();
                callName = call.path("function").path("name").asText();
                begin("function_call", call(callId, callName, "").put("status", "in_progress"), frames);
            }
            var arguments = call.path("function").path("arguments").asText("");
            text.append(arguments);
            if (!arguments.isEmpty()) {
                emit(
                        "response.function_call_arguments.delta",
                        position().put("item_id", "fc_" + callId).put("delta", arguments),
                        frames);
            }
        }

        private void begin(String type, ObjectNode item, List<String> frames) {
            end(frames);
            open = type;
            text.setLength(0);
            var added = position();
            added.set("item", item);
            emit("response.output_item.added", added, frames);
        }

        private void end(List<String> frames) {
            if (open.isEmpty()) {
                return;
            }
            var item = open.equals("message") ? message(text.toString()) : call(callId, callName, text.toString());
            var done = position();
            if (open.equals("message")) {
                emit(
                        "response.output_text.done",
                        position()
                                .put("item_id", "msg_mock")
                                .put("content_index", 0)
                                .put("text", text.toString()),
                        frames);
            } else {
                emit(
                        "response.function_call_arguments.done",
                        position().put("item_id", "fc_" + callId).put("arguments", text.toString()),
                        frames);
            }
            done.set("item", item);
            emit("response.output_item.done", done, frames);
            output.add(item);
            open = "";
        }

        private ObjectNode position() {
            return Nodes.object().put("output_index", output.size());
        }

        private void emit(String type, ObjectNode event, List<String> frames) {
            var whole = Nodes.object().put("type", type).put("sequence_number", sequence++);
            whole.setAll(event);
            frames.add(Nodes.event(type, whole));
        }

        @Override
        public List<String> done() {
            var frames = new ArrayList<String>();
            end(frames);
            var event = Nodes.object();
            event.set("response", response(last, finish, output, last.path("usage")));
            emit(finish.equals("length") ? "response.incomplete" : "response.completed", event, frames);
            return frames;
        }
    }
}
