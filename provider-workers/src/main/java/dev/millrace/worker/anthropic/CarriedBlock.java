package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A block without a common word, such as a call of a server tool or its result: put together, then passed on as it came.
 *
 * <p>Pieces are joined by name: text is appended, arrays grow, of anything else the last value counts; {@code partial_json} is the text
 * of {@code input}.
 */
final class CarriedBlock implements OpenBlock {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final int maxBytes;
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private ObjectNode block = JsonNodeFactory.instance.objectNode();
    private int bytes;

    /** @param maxBytes of all pieces together */
    CarriedBlock(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public @Nullable String start(JsonNode started, List<Delta> out) {
        block = started.deepCopy();
        return null;
    }

    @Override
    public @Nullable String delta(JsonNode delta, List<Delta> out) {
        for (var member : delta.properties()) {
            if (member.getKey().equals("type")) {
                continue;
            }
            var problem = join(name(member.getKey()), member.getValue());
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static String name(String member) {
        return member.equals("citation") ? "citations" : member;
    }

    private @Nullable String join(String name, JsonNode value) {
        if (value.isTextual()) {
            bytes += value.asText().length();
            texts.computeIfAbsent(name, _ -> new StringBuilder(block.path(name).asText("")))
                    .append(value.asText());
        } else if (value.isContainerNode()) {
            bytes += value.toString().length();
            add(name, value);
        } else if (!value.isNull()) {
            block.set(name, value);
        }
        return bytes > maxBytes ? "is longer than " + maxBytes + " bytes" : null;
    }

    private void add(String name, JsonNode value) {
        if (name.equals("citations") || block.path(name).isArray()) {
            var array = block.path(name) instanceof ArrayNode before ? before : block.putArray(name);
            if (value instanceof ArrayNode more) {
                array.addAll(more);
            } else {
                array.add(value);
            }
        } else {
            block.set(name, value);
        }
    }

    @Override
    public @Nullable String stop(List<Delta> out) {
        var input = texts.remove("partial_json");
        texts.forEach((name, text) -> block.put(name, text.toString()));
        if (input != null && !input.isEmpty()) {
            try {
                block.set("input", JSON.readTree(input.toString()));
            } catch (JsonProcessingException e) {
                return "the input is not JSON";
            }
        }
        out.add(Emitted.item(block.path("type").asText(), block));
        return null;
    }
}
