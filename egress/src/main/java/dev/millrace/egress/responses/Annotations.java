package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ItemDelta;
import java.util.ArrayList;
import java.util.List;

/** Citations of other dialects in the words of this one. */
final class Annotations {
    private Annotations() {}

    /** An annotation as this dialect has it; chat completions wrap its members in an object of its type. */
    static ObjectNode flat(JsonNode annotation) {
        if (!(annotation instanceof ObjectNode object)) {
            return JsonNodeFactory.instance.objectNode();
        }
        var type = object.path("type").asText();
        if (!(object.path(type) instanceof ObjectNode inner)) {
            return object;
        }
        var flat = JsonNodeFactory.instance.objectNode().put("type", type);
        flat.setAll(inner);
        return flat;
    }

    /** What another vendor's item cites; none when it is no citation, or none of a page that has an address. */
    static List<ObjectNode> of(ItemDelta delta, JsonNode value) {
        var found = new ArrayList<ObjectNode>();
        switch (delta.getDialect()) {
            case "anthropic" -> {
                if (delta.getType().contains("citation")) {
                    url(value.has("citation") ? value.path("citation") : value, "url", "title", found);
                }
            }
            case "gemini" -> {
                for (var chunk : value.path("groundingChunks")) {
                    url(chunk.path("web"), "uri", "title", found);
                }
            }
            default -> {}
        }
        return found;
    }

    private static void url(JsonNode node, String address, String title, List<ObjectNode> into) {
        if (node.path(address).isTextual()) {
            into.add(JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "url_citation")
                    .put("url", node.path(address).asText())
                    .put("title", node.path(title).asText())
                    .put("start_index", 0)
                    .put("end_index", 0));
        }
    }
}
