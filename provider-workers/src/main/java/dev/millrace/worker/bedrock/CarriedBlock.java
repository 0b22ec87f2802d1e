package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.avro.Delta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A block without a common word, such as a call of a vendor's own tool or its result, put together from its pieces in the form that a whole
 * message has it in: {@code input} is JSON in pieces of text, {@code content} grows.
 */
final class CarriedBlock {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final String name;
    private final ObjectNode block;
    private final StringBuilder input = new StringBuilder();
    private final int maxBytes;
    private int bytes;

    /**
     * A block that began.
     *
     * @param maxBytes of all pieces together
     */
    CarriedBlock(String name, JsonNode start, int maxBytes) {
        this.name = name;
        this.block = start instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        this.maxBytes = maxBytes;
    }

    /** Adds a piece; returns what is wrong, or null. */
    @Nullable
    String add(String piece, JsonNode value) {
        bytes += value.toString().length();
        if (bytes > maxBytes) {
            return "a block is longer than " + maxBytes + " bytes";
        }
        if (piece.equals(name) && value.path("input").isTextual()) {
            input.append(value.path("input").asText());
        } else if (value.isArray()) {
            value.forEach(block.withArrayProperty("content")::add);
        } else {
            block.withArrayProperty("content").add(value);
        }
        return null;
    }

    /** Emits the block; returns what is wrong, or null. */
    @Nullable
    String end(List<Delta> out) {
        if (!input.isEmpty()) {
            block.set("input", parsed(input.toString()));
        }
        out.add(Emitted.block(name, block));
        return null;
    }

    /** What is not JSON is carried as the text it is. */
    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }

    /** Members without a common word, each as JSON. */
    static Map<String, String> members(JsonNode node, Set<String> known) {
        var members = new LinkedHashMap<String, String>();
        node.properties().forEach(member -> {
            if (!known.contains(member.getKey()) && !member.getValue().isNull()) {
                members.put(member.getKey(), member.getValue().toString());
            }
        });
        return members;
    }
}
