package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Shapes that several wire dialects are made of. */
final class Nodes {
    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Nodes() {}

    static ObjectNode object() {
        return JSON.objectNode();
    }

    /** A server-sent event with a name. */
    static String event(String name, JsonNode data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    static String data(JsonNode data) {
        return "data: " + data + "\n\n";
    }

    /** The text of a string, or of the {@code text} members of an array of parts. */
    static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.asText();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    /** A chat-completions tool. */
    static ObjectNode tool(JsonNode name, JsonNode parameters) {
        var tool = object().put("type", "function");
        tool.putObject("function").put("name", name.asText()).set("parameters", parameters);
        return tool;
    }

    static ObjectNode message(String role, String text) {
        return object().put("role", role).put("content", text);
    }

    /** The members that every dialect passes on to the scripted vendor under the same name. */
    static ObjectNode script(JsonNode request, String model, boolean streaming) {
        var script = object().put("model", model).put("stream", streaming);
        if (streaming) {
            script.putObject("stream_options").put("include_usage", true);
        }
        if (request.has("local")) {
            script.set("local", request.get("local"));
        }
        return script;
    }

    static JsonNode choice(JsonNode reply) {
        return reply.path("choices").path(0);
    }
}
