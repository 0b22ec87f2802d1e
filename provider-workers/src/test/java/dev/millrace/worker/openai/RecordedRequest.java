package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Part;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.ToolResultPart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a recorded request into an order, by the conventions that the normalized request documents. */
final class RecordedRequest {
    private static final Set<String> READ = Set.of(
            "model",
            "messages",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "stream",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "seed",
            "n",
            "presence_penalty",
            "frequency_penalty",
            "logprobs",
            "top_logprobs",
            "reasoning_effort",
            "logit_bias");

    private RecordedRequest() {}

    static AttemptOrder order(JsonNode body) {
        var chat = ChatInput.newBuilder()
                .setMessages(messages(body.path("messages")))
                .setTools(tools(body.path("tools")))
                .setToolChoice(choice(body.path("tool_choice")))
                .setParallelToolCalls(
                        body.has("parallel_tool_calls")
                                ? body.path("parallel_tool_calls").asBoolean()
                                : null)
                .setOutputFormat(format(body.path("response_format")))
                .setSampling(sampling(body))
                .setReasoning(
                        body.hasNonNull("reasoning_effort")
                                ? Reasoning.newBuilder()
                                        .setEffort(body.path("reasoning_effort").asText())
                                        .build()
                                : null)
                .setExtensions(rest(body, READ, ""))
                .build();
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("x/y")
                .setDialect("openai-chat")
                .setDelivery(new Delivery(body.path("stream").asBoolean(), true, false, OnDisconnect.FINISH))
                .setInput(chat)
                .build();
        return AttemptOrder.newBuilder()
                .setProvider("x")
                .setModel("x/y")
                .setVendorModel(body.path("model").asText())
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
    }

    private static Map<String, String> rest(JsonNode node, Set<String> read, String prefix) {
        var rest = new HashMap<String, String>();
        node.properties().forEach(member -> {
            if (!read.contains(member.getKey()) && !member.getValue().isNull()) {
                rest.put(prefix + member.getKey(), member.getValue().toString());
            }
        });
        return rest;
    }

    private static List<Message> messages(JsonNode messages) {
        var list = new ArrayList<Message>();
        for (var message : messages) {
            var parts = content(message.path("content"));
            if (message.path("role").asText().equals("tool")) {
                var result = ToolResultPart.newBuilder()
                        .setCallId(message.path("tool_call_id").asText())
                        .setParts(parts)
                        .build();
                parts = List.of(part(result, Map.of()));
            }
            for (var call : message.path("tool_calls")) {
                var content = new ToolCallPart(
                        call.path("id").asText(),
                        call.path("function").path("name").asText(),
                        call.path("function").path("arguments").asText(),
                        "function");
                parts = new ArrayList<>(parts);
                parts.add(part(content, Map.of()));
            }
            list.add(Message.newBuilder()
                    .setRole(message.path("role").asText())
                    .setParts(parts)
                    .setExtensions(rest(message, Set.of("role", "content", "tool_calls", "tool_call_id"), ""))
                    .build());
        }
        return list;
    }

    private static Part part(Object content, Map<String, String> extensions) {
        return Part.newBuilder().setContent(content).setExtensions(extensions).build();
    }

    private static List<Part> content(JsonNode content) {
        if (content.isTextual()) {
            return List.of(part(new TextPart(content.asText()), Map.of()));
        }
        var parts = new ArrayList<Part>();
        for (var item : content) {
            parts.add(
                    switch (item.path("type").asText()) {
                        case "text" ->
                            part(new TextPart(item.path("text").asText()), rest(item, Set.of("type", "text"), ""));
                        case "image_url" ->
                            media(
                                    item,
                                    "image_url",
                                    MediaKind.IMAGE,
                                    item.path("image_url").path("url"));
                        case "input_audio" -> audio(item);
                        case "file" ->
                            media(
                                    item,
                                    "file",
                                    MediaKind.DOCUMENT,
                                    item.path("file").path("file_data"));
                        default ->
                            part(new OpaquePart("openai-chat", item.path("type").asText(), item.toString()), Map.of());
                    });
        }
        return parts;
    }

    private static Part audio(JsonNode item) {
        var format = item.path("input_audio").path("format").asText();
        return part(
                MediaPart.newBuilder()
                        .setKind(MediaKind.AUDIO)
                        .setMimeType("audio/" + (format.equals("mp3") ? "mpeg" : format))
                        .setData(bytes(item.path("input_audio").path("data").asText()))
                        .build(),
                Map.of());
    }

    private static Part media(JsonNode item, String wrapper, MediaKind kind, JsonNode address) {
        var media = MediaPart.newBuilder().setKind(kind);
        var text = address.asText();
        if (text.startsWith("data:")) {
            media.setMimeType(text.substring(5, text.indexOf(';')))
                    .setData(bytes(text.substring(text.indexOf(',') + 1)));
        } else {
            media.setUrl(text);
        }
        if (item.path(wrapper).has("filename")) {
            media.setFileName(item.path(wrapper).path("filename").asText());
        }
        var extensions = rest(item, Set.of("type", wrapper), "");
        extensions.putAll(rest(item.path(wrapper), Set.of("url", "file_data", "filename"), wrapper + "."));
        return part(media.build(), extensions);
    }

    private static ByteBuffer bytes(String base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    }

    private static List<Tool> tools(JsonNode tools) {
        var list = new ArrayList<Tool>();
        for (var tool : tools) {
            var function = tool.path("function");
            boolean known = function.isObject();
            list.add(Tool.newBuilder()
                    .setType(tool.path("type").asText())
                    .setName(
                            known
                                    ? function.path("name").asText()
                                    : tool.path("type").asText())
                    .setDescription(
                            function.has("description")
                                    ? function.path("description").asText()
                                    : null)
                    .setParameters(
                            function.has("parameters")
                                    ? function.path("parameters").toString()
                                    : null)
                    .setStrict(function.has("strict") ? function.path("strict").asBoolean() : null)
                    .setExtensions(rest(tool, Set.of("type", "function"), ""))
                    .build());
        }
        return list;
    }

    private static @Nullable ToolChoice choice(JsonNode choice) {
        if (choice.isTextual()) {
            var mode =
                    choice.asText().equals("any") ? "REQUIRED" : choice.asText().toUpperCase(Locale.ROOT);
            return ToolChoice.newBuilder().setMode(ToolChoiceMode.valueOf(mode)).build();
        }
        return choice.isObject()
                ? ToolChoice.newBuilder()
                        .setMode(ToolChoiceMode.NAMED)
                        .setName(choice.path("function").path("name").asText())
                        .build()
                : null;
    }

    private static @Nullable OutputFormat format(JsonNode format) {
        if (!format.isObject()) {
            return null;
        }
        var schema = format.path("json_schema");
        return switch (format.path("type").asText()) {
            case "json_object" ->
                OutputFormat.newBuilder().setKind(OutputKind.JSON_OBJECT).build();
            case "json_schema" ->
                OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_SCHEMA)
                        .setName(schema.path("name").asText())
                        .setDescription(
                                schema.has("description")
                                        ? schema.path("description").asText()
                                        : null)
                        .setSchema$(schema.path("schema").toString())
                        .setStrict(schema.has("strict") ? schema.path("strict").asBoolean() : null)
                        .build();
            default -> OutputFormat.newBuilder().setKind(OutputKind.TEXT).build();
        };
    }

    private static Sampling sampling(JsonNode body) {
        var sampling = Sampling.newBuilder();
        sampling.setTemperature(
                body.hasNonNull("temperature") ? body.path("temperature").asDouble() : null);
        sampling.setTopP(body.hasNonNull("top_p") ? body.path("top_p").asDouble() : null);
        sampling.setTopK(body.hasNonNull("top_k") ? body.path("top_k").asInt() : null);
        sampling.setSeed(body.hasNonNull("seed") ? body.path("seed").asLong() : null);
        sampling.setChoices(body.hasNonNull("n") ? body.path("n").asInt() : null);
        sampling.setPresencePenalty(
                body.hasNonNull("presence_penalty")
                        ? body.path("presence_penalty").asDouble()
                        : null);
        sampling.setFrequencyPenalty(
                body.hasNonNull("frequency_penalty")
                        ? body.path("frequency_penalty").asDouble()
                        : null);
        for (var name : List.of("max_tokens", "max_completion_tokens")) {
            if (body.hasNonNull(name)) {
                sampling.setMaxOutputTokens(body.path(name).asInt());
            }
        }
        return sampling.build();
    }

    /** The recorded body in the form this adapter writes: without nulls, one name for the token limit, numbers alike. */
    static JsonNode normal(JsonNode body) {
        return normal(body, "");
    }

    private static JsonNode normal(JsonNode node, String path) {
        if (node.isNumber()) {
            return DoubleNode.valueOf(node.asDouble());
        }
        if (node instanceof ArrayNode array) {
            var copy = array.arrayNode();
            array.forEach(item -> copy.add(normal(item, path + "[]")));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var copy = object.objectNode();
        boolean raw = path.endsWith("parameters") || path.endsWith("schema");
        object.properties().forEach(member -> {
            if (raw || !member.getValue().isNull() || member.getKey().equals("content")) {
                copy.set(member.getKey(), normal(member.getValue(), path + "." + member.getKey()));
            }
        });
        return path.isEmpty() ? top(copy) : path.equals(".messages[]") ? message(copy) : copy;
    }

    private static ObjectNode message(ObjectNode message) {
        var content = message.path("content");
        if (content.size() == 1
                && content.path(0).path("type").asText().equals("text")
                && content.path(0).size() == 2) {
            message.set("content", content.path(0).path("text"));
        }
        if (content.isMissingNode() || content.isNull()) {
            message.putNull("content");
        }
        return message;
    }

    private static ObjectNode top(ObjectNode body) {
        if (body.has("max_tokens")) {
            body.set("max_completion_tokens", body.remove("max_tokens"));
        }
        if (body.path("tool_choice").asText().equals("any")) {
            body.put("tool_choice", "required");
        }
        if (!body.path("stream").asBoolean()) {
            body.remove("stream");
            body.remove("stream_options");
        } else {
            body.withObjectProperty("stream_options").put("include_usage", true);
        }
        return body;
    }
}
