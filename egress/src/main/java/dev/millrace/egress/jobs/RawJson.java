package dev.millrace.egress.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;

/** Values that records carry as text or bytes. */
final class RawJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RawJson() {}

    /** JSON from a record; text when it is none. */
    static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(json);
        }
    }

    static void putExtensions(ObjectNode node, Map<String, String> extensions) {
        if (!extensions.isEmpty()) {
            var members = node.putObject("extensions");
            extensions.forEach((name, json) -> members.set(name, parsed(json)));
        }
    }

    static String base64(ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
