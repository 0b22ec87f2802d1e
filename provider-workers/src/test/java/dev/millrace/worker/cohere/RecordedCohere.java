package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.millrace.avro.ReasoningPart;
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

/** Turns a recorded request into an order, by the conventions that the normalized request documents. */
final class RecordedCohere {
    private static final Set<String> READ = Set.of(
            "model",
            "messages",
            "stream",
            "tools",
            "tool_choice",
            "temperature",
            "max_tokens",
            "response_format",
            "message",
            "chat_history");

    private RecordedCohere() {}

    static AttemptOrder order(JsonNode body) {
        var chat = ChatInput.newBuilder().setMessages(messages(body.path("messages")));
        var tools = new ArrayList<Tool>();
        for (var tool : body.path("tools")) {
            var function = tool.path("function");
            tools.add(Tool.newBuilder()
                    .setName(function.path("name").asText())
                    .setDescription(function.path("description").asText(null))
                    .setParameters(function.path("parameters").toString())
                    .build());
        }
        chat.setTools(tools);
        if (body.has("tool_choice")) {
            var mode = body.path("tool_choice").asText().toUpperCase(Locale.ROOT);
            chat.setToolChoice(ToolChoice.newBuilder()
                    .setMode(ToolChoiceMode.valueOf(mode))
                    .build());
        }
        if (body.has("response_format")) {
            chat.setOutputFormat(OutputFormat.newBuilder()
                    .setKind(OutputKind.JSON_SCHEMA)
                    .setSchema$(body.path("response_format").path("json_schema").toString())
                    .build());
        }
        return order(body, chat);
    }

    static AttemptOrder firstVersion(JsonNode body) {
        var messages = new ArrayList<Message>();
        for (var entry : body.path("chat_history")) {
            messages.add(message(
                    entry.path("role").asText().toLowerCase(Locale.ROOT), List.of(text(entry.path("message")))));
        }
        messages.add(message("user", List.of(text(body.path("message")))));
        return order(body, ChatInput.newBuilder().setMessages(messages));
    }

    private static AttemptOrder order(JsonNode body, ChatInput.Builder chat) {
        var extensions = new HashMap<String, String>();
        body.properties().forEach(member -> {
            if (!READ.contains(member.getKey())) {
                extensions.put(member.getKey(), member.getValue().toString());
            }
        });
        chat.setSampling(Sampling.newBuilder()
                .setTemperature(
                        body.has("temperature") ? body.path("temperature").asDouble() : null)
                .setMaxOutputTokens(
                        body.has("max_tokens") ? body.path("max_tokens").asInt() : null)
                .build());
        chat.setExtensions(extensions);
        return AttemptOrder.newBuilder()
                .setProvider("cohere")
                .setModel("cohere/x")
                .setVendorModel(body.path("model").asText())
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel("cohere/x")
                        .setDialect("native")
                        .setDelivery(new Delivery(body.path("stream").asBoolean(), true, false, OnDisconnect.FINISH))
                        .setInput(chat.build())
                        .build())
                .build();
    }

    private static Part text(JsonNode text) {
        return part(new TextPart(text.asText()));
    }

    private static Part part(Object content) {
        return Part.newBuilder().setContent(content).build();
    }

    private static Message message(String role, List<Part> parts) {
        return Message.newBuilder().setRole(role).setParts(parts).build();
    }

    private static List<Message> messages(JsonNode messages) {
        var list = new ArrayList<Message>();
        for (var message : messages) {
            var parts = new ArrayList<Part>();
            if (message.has("tool_plan")) {
                parts.add(Part.newBuilder()
                        .setContent(new ReasoningPart(message.path("tool_plan").asText(), null, null, null, false))
                        .setExtensions(Map.of("cohere.tool_plan", "true"))
                        .build());
            }
            parts.addAll(content(message.path("content")));
            for (var call : message.path("tool_calls")) {
                parts.add(part(new ToolCallPart(
                        call.path("id").asText(),
                        call.path("function").path("name").asText(),
                        call.path("function").path("arguments").asText(),
                        "function")));
            }
            var role = message.path("role").asText();
            if (role.equals("tool")) {
                var result = ToolResultPart.newBuilder()
                        .setCallId(message.path("tool_call_id").asText())
                        .setParts(parts)
                        .build();
                list.add(message(role, List.of(part(result))));
            } else {
                list.add(message(role, parts));
            }
        }
        return list;
    }

    private static List<Part> content(JsonNode content) {
        if (content.isTextual()) {
            return List.of(text(content));
        }
        var parts = new ArrayList<Part>();
        for (var item : content) {
            switch (item.path("type").asText()) {
                case "text" -> {
                    if (!item.path("text").asText().isEmpty()) {
                        parts.add(text(item.path("text")));
                    }
                }
                case "thinking" ->
                    parts.add(part(new ReasoningPart(item.path("thinking").asText(), null, null, null, false)));
                case "image_url" -> {
                    var url = item.path("image_url").path("url").asText();
                    parts.add(part(MediaPart.newBuilder()
                            .setKind(MediaKind.IMAGE)
                            .setMimeType(url.substring(5, url.indexOf(';')))
                            .setData(ByteBuffer.wrap(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1))))
                            .build()));
                }
                default ->
                    parts.add(part(new OpaquePart("cohere", item.path("type").asText(), item.toString())));
            }
        }
        return parts;
    }
}
