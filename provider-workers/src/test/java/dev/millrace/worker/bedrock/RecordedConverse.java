package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.jspecify.annotations.Nullable;

/** Turns a recorded Converse request into an order, by the conventions that the normalized request documents. */
final class RecordedConverse {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READ =
            Set.of("messages", "system", "inferenceConfig", "toolConfig", "outputConfig");

    private static final Map<String, String> MARKER = Map.of("cache_control", "{\"type\":\"ephemeral\"}");

    private RecordedConverse() {}

    static AttemptOrder order(JsonNode body, String model, boolean stream) {
        var messages = new ArrayList<Message>();
        if (!body.path("system").isEmpty()) {
            messages.add(message("system", body.path("system")));
        }
        body.path("messages").forEach(it -> messages.add(message(it.path("role").asText(), it.path("content"))));
        var extensions = new HashMap<String, String>();
        body.properties().forEach(member -> {
            if (!READ.contains(member.getKey())) {
                extensions.put(member.getKey(), member.getValue().toString());
            }
        });
        var chat = ChatInput.newBuilder()
                .setMessages(messages)
                .setTools(tools(body.path("toolConfig").path("tools")))
                .setToolChoice(choice(body.path("toolConfig").path("toolChoice")))
                .setSampling(sampling(body.path("inferenceConfig")))
                .setOutputFormat(format(body.path("outputConfig")
                        .path("textFormat")
                        .path("structure")
                        .path("jsonSchema")))
                .setExtensions(extensions)
                .build();
        return AttemptOrder.newBuilder()
                .setProvider("bedrock")
                .setModel("bedrock/x")
                .setVendorModel(model)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel("bedrock/x")
                        .setDialect("native")
                        .setDelivery(new Delivery(stream, true, false, OnDisconnect.FINISH))
                        .setInput(chat)
                        .build())
                .build();
    }

    private static Message message(String role, JsonNode content) {
        return Message.newBuilder().setRole(role).setParts(parts(content)).build();
    }

    /** A cache point becomes the marker of the part before it. */
    private static List<Part> parts(JsonNode content) {
        var parts = new ArrayList<Part>();
        for (var block : content) {
            if (block.has("cachePoint") && !parts.isEmpty()) {
                parts.add(Part.newBuilder(parts.removeLast())
                        .setExtensions(MARKER)
                        .build());
            } else {
                parts.add(Part.newBuilder().setContent(content(block)).build());
            }
        }
        return parts;
    }

    private static Object content(JsonNode block) {
        var name = block.fieldNames().next();
        var value = block.path(name);
        return switch (name) {
            case "text" -> new TextPart(value.asText());
            case "image" ->
                media(MediaKind.IMAGE, "image/" + value.path("format").asText(), value);
            case "video" ->
                media(MediaKind.VIDEO, "video/" + value.path("format").asText(), value);
            case "document" ->
                value.path("source").has("text")
                        ? new OpaquePart("bedrock", name, block.toString())
                        : media(
                                MediaKind.DOCUMENT,
                                "",
                                value,
                                value.path("name").asText() + "."
                                        + value.path("format").asText());
            case "toolUse" ->
                new ToolCallPart(
                        value.path("toolUseId").asText(),
                        value.path("name").asText(),
                        value.path("input").toString(),
                        "function");
            case "toolResult" ->
                ToolResultPart.newBuilder()
                        .setCallId(value.path("toolUseId").asText())
                        .setParts(parts(value.path("content")))
                        .setError(value.path("status").asText().equals("error"))
                        .build();
            case "reasoningContent" -> {
                var text = value.path("reasoningText");
                yield new ReasoningPart(
                        text.path("text").asText(), null, text.path("signature").asText(null), null, false);
            }
            default -> new OpaquePart("bedrock", name, block.toString());
        };
    }

    private static MediaPart media(MediaKind kind, String mimeType, JsonNode block) {
        return media(kind, mimeType, block, null);
    }

    private static MediaPart media(MediaKind kind, String mimeType, JsonNode block, @Nullable String fileName) {
        var media = MediaPart.newBuilder().setKind(kind).setMimeType(mimeType).setFileName(fileName);
        var source = block.path("source");
        return source.has("bytes")
                ? media.setData(ByteBuffer.wrap(
                                Base64.getDecoder().decode(source.path("bytes").asText())))
                        .build()
                : media.setUrl(source.path("s3Location").path("uri").asText()).build();
    }

    private static List<Tool> tools(JsonNode tools) {
        var list = new ArrayList<Tool>();
        for (var tool : tools) {
            var spec = tool.path("toolSpec");
            if (tool.has("cachePoint")) {
                list.add(
                        Tool.newBuilder(list.removeLast()).setExtensions(MARKER).build());
            } else if (tool.has("systemTool")) {
                list.add(Tool.newBuilder()
                        .setType("systemTool")
                        .setName(tool.path("systemTool").path("name").asText())
                        .build());
            } else {
                list.add(Tool.newBuilder()
                        .setName(spec.path("name").asText())
                        .setDescription(spec.path("description").asText(null))
                        .setParameters(spec.path("inputSchema").path("json").toString())
                        .setStrict(spec.has("strict") ? spec.path("strict").asBoolean() : null)
                        .build());
            }
        }
        return list;
    }

    private static @Nullable ToolChoice choice(JsonNode choice) {
        if (!choice.isObject()) {
            return null;
        }
        var word = choice.fieldNames().next();
        var mode = word.equals("any")
                ? ToolChoiceMode.REQUIRED
                : word.equals("tool") ? ToolChoiceMode.NAMED : ToolChoiceMode.valueOf(word.toUpperCase(Locale.ROOT));
        return ToolChoice.newBuilder()
                .setMode(mode)
                .setName(choice.path(word).path("name").asText(null))
                .build();
    }

    private static Sampling sampling(JsonNode config) {
        var sampling = Sampling.newBuilder();
        sampling.setMaxOutputTokens(
                config.has("maxTokens") ? config.path("maxTokens").asInt() : null);
        sampling.setTemperature(
                config.has("temperature") ? config.path("temperature").asDouble() : null);
        sampling.setTopP(config.has("topP") ? config.path("topP").asDouble() : null);
        var stop = new ArrayList<String>();
        config.path("stopSequences").forEach(word -> stop.add(word.asText()));
        return sampling.setStop(stop).build();
    }

    private static @Nullable OutputFormat format(JsonNode schema) {
        return schema.isObject()
                ? OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_SCHEMA)
                        .setName(schema.path("name").asText(null))
                        .setSchema$(schema.path("schema").asText())
                        .build()
                : null;
    }

    /** The recorded body in the form this adapter writes: without what says nothing, numbers alike, the schema as JSON. */
    static JsonNode normal(JsonNode node) {
        if (node.isNumber()) {
            return DoubleNode.valueOf(node.asDouble());
        }
        if (node instanceof ArrayNode array) {
            var copy = array.arrayNode();
            array.forEach(item -> copy.add(normal(item)));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var copy = object.objectNode();
        object.properties().forEach(member -> {
            boolean idle = Set.of("system", "inferenceConfig").contains(member.getKey())
                    && member.getValue().isEmpty();
            boolean success = member.getKey().equals("status")
                    && member.getValue().asText().equals("success");
            if (!idle && !success) {
                boolean text =
                        member.getKey().equals("schema") && member.getValue().isTextual();
                copy.set(member.getKey(), text ? parsed(member.getValue()) : normal(member.getValue()));
            }
        });
        return copy;
    }

    private static JsonNode parsed(JsonNode text) {
        try {
            return normal(JSON.readTree(text.asText()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
