package dev.millrace.ops.vendor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reads JSON that comes from outside, and puts a script's options together. */
final class Scripts {
    private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(JsonNode.class);

    private Scripts() {}

    /** The JSON value; a missing node when it is none. */
    static JsonNode read(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node == null ? Nodes.JSON.missingNode() : node;
        } catch (JsonProcessingException e) {
            return Nodes.JSON.missingNode();
        }
    }

    /** The options of a script's {@code local} member; later ones win. */
    static ObjectNode options(JsonNode script, JsonNode... more) {
        var options = Nodes.object();
        if (script.path("local") instanceof ObjectNode local) {
            options.setAll(local);
        }
        for (var further : more) {
            if (further instanceof ObjectNode object) {
                options.setAll(object);
            }
        }
        return options;
    }
}
