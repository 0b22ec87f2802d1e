package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A body of Gemini's dialect, read in the plainest way: what it comes to, whichever way it was cut into chunks. */
final class PlainGemini {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SNAKE = Pattern.compile("_([a-z])");
    private static final Set<String> FREE =
            Set.of("args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema", "responseSchema");

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thoughts = new StringBuilder();
    private final List<String> calls = new ArrayList<>();
    private final List<String> signatures = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final Set<String> members = new TreeSet<>();
    private final Set<String> finishes = new TreeSet<>();
    private JsonNode usage = MissingNode.getInstance();
    private JsonNode openArguments = MissingNode.getInstance();

    static PlainGemini of(boolean stream, byte[] body) throws IOException {
        var plain = new PlainGemini();
        var all = new String(body, StandardCharsets.UTF_8);
        if (!stream) {
            plain.response(JSON.readTree(all));
        }
        for (var line : stream ? all.lines().toList() : List.<String>of()) {
            if (line.startsWith("data:")) {
                plain.response(JSON.readTree(line.substring(5)));
            }
        }
        return plain;
    }

    private void response(JsonNode response) {
        if (response.path("usageMetadata").has("promptTokenCount")) {
            usage = response.path("usageMetadata");
        }
        for (var candidate : response.path("candidates")) {
            candidate.path("content").path("parts").forEach(this::part);
            candidate.properties().forEach(member -> {
                boolean empty =
                        member.getValue().isContainerNode() && member.getValue().isEmpty();
                switch (member.getKey()) {
                    case "content", "index" -> {}
                    case "finishReason" ->
                        finishes.add(candidate.path("index").asInt()
                                + member.getValue().asText());
                    default -> {
                        if (!empty) {
                            members.add(member.getKey() + "=" + member.getValue());
                        }
                    }
                }
            });
        }
    }

    private void part(JsonNode part) {
        if (part.has("thoughtSignature")) {
            signatures.add(part.path("thoughtSignature").asText());
        }
        if (part.has("functionCall")) {
            call(part.path("functionCall"));
        } else if (part.has("text")) {
            (part.path("thought").asBoolean() ? thoughts : text)
                    .append(part.path("text").asText());
        } else {
            others.add(ordered(part));
        }
    }

    /** The order of members says nothing. */
    private static String ordered(JsonNode part) {
        if (!part.isObject()) {
            return part.toString();
        }
        var members = new TreeMap<String, String>();
        part.properties().forEach(member -> members.put(member.getKey(), ordered(member.getValue())));
        return members.toString();
    }

    private void call(JsonNode call) {
        if (call.has("name")) {
            openArguments = call.path("args").isObject() ? call.path("args") : JSON.createObjectNode();
        }
        for (var piece : call.path("partialArgs")) {
            var name = piece.path("jsonPath").asText().substring(2);
            var before = openArguments.path(name).asText();
            ((ObjectNode) openArguments)
                    .put(name, before + piece.path("stringValue").asText());
        }
        if (call.has("name")) {
            calls.add(call.path("name").asText());
        }
        if (!call.path("willContinue").asBoolean()) {
            calls.add(calls.removeLast() + openArguments);
        }
    }

    String text() {
        return text.toString();
    }

    List<String> calls() {
        return calls;
    }

    JsonNode usage() {
        return usage;
    }

    @Override
    public String toString() {
        return "text=" + text + "\nthoughts=" + thoughts + "\ncalls=" + calls + "\nsignatures=" + signatures
                + "\nothers=" + others + "\nmembers=" + members + "\nfinish=" + finishes + "\nusage=" + usage;
    }

    /** A request without differences of spelling that mean nothing to the vendor. */
    static JsonNode request(JsonNode body) {
        var copy = request(body, "");
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

    private static JsonNode request(JsonNode node, String name) {
        if (node.isNumber()) {
            return DoubleNode.valueOf(node.asDouble());
        }
        if (node instanceof ArrayNode array) {
            var copy = array.arrayNode();
            array.forEach(item -> copy.add(request(item, name)));
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
            var inner = !free ? key : key.equals("type") ? "type" : "free";
            var value = request(member.getValue(), inner);
            copy.set(key.equals("parameters") && !free ? "parametersJsonSchema" : key, value);
        });
        return copy;
    }
}
