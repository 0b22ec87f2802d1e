package dev.millrace.ops.vendor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

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

    /** The same for UTF-8. */
    static JsonNode read(byte[] text) {
        return read(new String(text, StandardCharsets.UTF_8));
    }

    /** Options put together; later ones win, what is no object counts for nothing. */
    static ObjectNode options(JsonNode... parts) {
        var options = Nodes.object();
        for (var part : parts) {
            if (part instanceof ObjectNode object) {
                options.setAll(object);
            }
        }
        return options;
    }
}
