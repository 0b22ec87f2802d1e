package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Part;
import dev.millrace.avro.Reasoning;
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
import java.util.regex.Pattern;

/** Turns a recorded request into an order, by the conventions that the normalized request documents. */
final class RecordedRequest {
    private static final Pattern SNAKE = Pattern.compile("_([a-z])");
    private static final Set<String> FREE =
            Set.of("args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema", "responseSchema");

    private RecordedRequest() {}

    static AttemptOrder order(JsonNode recorded, boolean stream) {
        var body = normal(recorded);
        var config = body.path("generationConfig");
        var chat = ChatInput.newBuilder()
                .setMessages(messages(body))
                .setTools(tools(body.path("tools")))
                .setSampling(Sampling.newBuilder()
                        .setTemperature(
                                config.has("temperature")
                                        ? config.path("temperature").asDouble()
                                        : null)
                        .setMaxOutputTokens(
                                config.has("maxOutputTokens")
                                        ? config.path("maxOutputTokens").asInt()
                                        : null)
                        .build())
                .setModalities(strings(config.path("responseModalities")));
        if (config.has("thinkingConfig")) {
            var thinking = config.path("thinkingConfig");
            chat.setReasoning(Reasoning.newBuilder()
                    .setEffort(thinking.path("thinkingLevel").asText(null))
                    .setBudgetTokens(
                            thinking.has("thinkingBudget")
                                    ? thinking.path("thinkingBudget").asInt()
                                    : null)
                    .setSummary(thinking.path("includeThoughts").asBoolean() ? "auto" : null)
                    .build());
        }
        if (config.has("responseMimeType")) {
            boolean schema = config.has("responseJsonSchema");
            chat.setOutputFormat(OutputFormat.newBuilder()
                    .setKind(schema ? OutputKind.JSON_SCHEMA : OutputKind.TEXT)
                    .setSchema$(schema ? config.path("responseJsonSchema").toString() : null)
                    .build());
        }
        var extensions = new HashMap<String, String>();
        for (var name : List.of("safetySettings", "cachedContent", "modelArmorConfig")) {
            if (body.has(name)) {
                extensions.put(name, body.path(name).toString());
            }
        }
        var rest = config.deepCopy();
        if (rest instanceof ObjectNode object) {
            object.retain("speechConfig", "imageConfig");
            extensions.put("generationConfig", object.toString());
        }
        tool(body.path("toolConfig"), chat, extensions);
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("gemini/x")
                .setDialect("gemini")
                .setDelivery(new Delivery(stream, true, false, OnDisconnect.FINISH))
                .setInput(chat.setExtensions(extensions).build())
                .build();
        return order(request, "gemini-x");
    }

    static AttemptOrder order(InferenceRequest request, String vendorModel) {
        return AttemptOrder.newBuilder()
                .setProvider("gemini")
                .setModel("gemini/x")
                .setVendorModel(vendorModel)
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
    }

    private static void tool(JsonNode config, ChatInput.Builder chat, Map<String, String> extensions) {
        var calling = config.path("functionCallingConfig");
        if (calling.isObject()) {
            var mode = calling.path("mode").asText();
            var allowed = calling.path("allowedFunctionNames");
            var choice = ToolChoice.newBuilder();
            switch (mode) {
                case "ANY" -> {
                    choice.setMode(allowed.size() == 1 ? ToolChoiceMode.NAMED : ToolChoiceMode.REQUIRED);
                    choice.setName(allowed.size() == 1 ? allowed.path(0).asText() : null);
                }
                case "NONE" -> choice.setMode(ToolChoiceMode.NONE);
                case "VALIDATED" -> choice.setMode(ToolChoiceMode.AUTO).setExtensions(Map.of("mode", "\"VALIDATED\""));
                default -> choice.setMode(ToolChoiceMode.AUTO);
            }
            chat.setToolChoice(choice.build());
        }
        if (config.has("includeServerSideToolInvocations")) {
            extensions.put("toolConfig", "{\"includeServerSideToolInvocations\":true}");
        }
    }

    private static List<String> strings(JsonNode list) {
        var strings = new ArrayList<String>();
        list.forEach(item -> strings.add(item.asText().toLowerCase(Locale.ROOT)));
        return strings;
    }

    private static List<Message> messages(JsonNode body) {
        var messages = new ArrayList<Message>();
        if (body.has("systemInstruction")) {
            messages.add(message("system", body.path("systemInstruction").path("parts")));
        }
        for (var content : body.path("contents")) {
            boolean model = content.path("role").asText().equals("model");
            messages.add(message(model ? "assistant" : "user", content.path("parts")));
        }
        return messages;
    }

    private static Message message(String role, JsonNode parts) {
        var list = new ArrayList<Part>();
        parts.forEach(part -> list.add(part(part)));
        return Message.newBuilder().setRole(role).setParts(list).build();
    }

    private static Part part(JsonNode part) {
        var signature = part.path("thoughtSignature");
        var beside = signature.isMissingNode()
                ? Map.<String, String>of()
                : Map.of("gemini.thoughtSignature", signature.toString());
        if (part.path("thought").asBoolean()) {
            var thought = ReasoningPart.newBuilder()
                    .setText(part.path("text").asText())
                    .setSignature(signature.asText(null));
            return part(thought.build(), Map.of());
        }
        if (part.has("text")) {
            return part(new TextPart(part.path("text").asText()), beside);
        }
        if (part.has("inlineData") || part.has("fileData")) {
            return part(media(part), beside);
        }
        if (part.has("functionCall")) {
            var call = part.path("functionCall");
            var id = call.path("id").asText("gcall_h");
            return part(
                    new ToolCallPart(
                            id, call.path("name").asText(), call.path("args").toString(), "function"),
                    beside);
        }
        if (part.has("functionResponse")) {
            var response = part.path("functionResponse");
            var parts = new ArrayList<Part>();
            if (!response.path("response").isEmpty()) {
                parts.add(part(new TextPart(response.path("response").toString()), Map.of()));
            }
            response.path("parts").forEach(inner -> parts.add(part(inner)));
            var result = ToolResultPart.newBuilder()
                    .setCallId(response.path("id").asText("gcall_h"))
                    .setName(response.path("name").asText())
                    .setParts(parts);
            return part(result.build(), beside);
        }
        var word = part.fieldNames().next();
        return part(new OpaquePart("gemini", word, part.toString()), Map.of());
    }

    private static Part part(Object content, Map<String, String> extensions) {
        return Part.newBuilder().setContent(content).setExtensions(extensions).build();
    }

    static MediaPart media(JsonNode part) {
        boolean inline = part.has("inlineData");
        var data = part.path(inline ? "inlineData" : "fileData");
        var type = data.path("mimeType").asText();
        return MediaPart.newBuilder()
                .setKind(MediaTypes.kind(type))
                .setMimeType(type)
                .setData(
                        inline
                                ? ByteBuffer.wrap(Base64.getDecoder()
                                        .decode(data.path("data").asText()))
                                : null)
                .setUrl(inline ? null : data.path("fileUri").asText())
                .build();
    }

    private static List<Tool> tools(JsonNode tools) {
        var list = new ArrayList<Tool>();
        for (var tool : tools) {
            for (var function : tool.path("functionDeclarations")) {
                list.add(Tool.newBuilder()
                        .setName(function.path("name").asText())
                        .setDescription(function.path("description").asText())
                        .setParameters(function.path("parametersJsonSchema").toString())
                        .build());
            }
            tool.properties().forEach(member -> {
                if (!member.getKey().equals("functionDeclarations")) {
                    var options = new HashMap<String, String>();
                    member.getValue()
                            .properties()
                            .forEach(option -> options.put(
                                    option.getKey(), option.getValue().toString()));
                    list.add(Tool.newBuilder()
                            .setName(member.getKey())
                            .setType(member.getKey())
                            .setExtensions(options)
                            .build());
                }
            });
        }
        return list;
    }

    /** A body in the form this adapter writes: camel case, JSON Schema, numbers alike, what says nothing left out. */
    static JsonNode normal(JsonNode body) {
        var copy = normal(body, "");
        if (copy instanceof ObjectNode object) {
            object.remove("model");
            if (object.path("systemInstruction") instanceof ObjectNode system) {
                system.remove("role");
            }
            if (object.path("generationConfig").isEmpty()) {
                object.remove("generationConfig");
            }
        }
        return copy;
    }

    private static JsonNode normal(JsonNode node, String name) {
        if (node.isNumber()) {
            return DoubleNode.valueOf(node.asDouble());
        }
        if (node instanceof ArrayNode array) {
            var copy = array.arrayNode();
            array.forEach(item -> copy.add(normal(item, name)));
            return copy;
        }
        if (name.equals("data") && node.isTextual()) {
            var bytes =
                    Base64.getDecoder().decode(node.asText().replace('-', '+').replace('_', '/'));
            return TextNode.valueOf(Base64.getEncoder().encodeToString(bytes));
        }
        if (!(node instanceof ObjectNode object)) {
            return name.equals("type") ? TextNode.valueOf(node.asText().toLowerCase(Locale.ROOT)) : node;
        }
        var copy = object.objectNode();
        boolean free = FREE.contains(name) || name.equals("free");
        object.properties().forEach(member -> {
            var key = free
                    ? member.getKey()
                    : SNAKE.matcher(member.getKey())
                            .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
            var renamed = key.equals("parameters") && !free ? "parametersJsonSchema" : key;
            copy.set(renamed, normal(member.getValue(), !free ? key : key.equals("type") ? "type" : "free"));
        });
        return copy;
    }
}
