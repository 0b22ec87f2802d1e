package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts a stream of Anthropic's events together as its documentation says, in the plainest way, and checks their order. */
final class Messages {
    private Messages() {}

    /** The message of a stream; what is no message is kept as {@code others}. */
    static ObjectNode assemble(String sse) {
        ObjectNode message = Exchange.JSON.createObjectNode();
        Map<Integer, StringBuilder> inputs = new TreeMap<>();
        var order = new ArrayList<String>();
        for (var line : sse.lines().toList()) {
            if (!line.startsWith("data:")) {
                continue;
            }
            var event = Exchange.json(line.substring(5));
            var type = event.path("type").asText();
            order.add(type);
            int index = event.path("index").asInt();
            switch (type) {
                case "message_start" -> message = event.path("message").deepCopy();
                case "content_block_start" -> {
                    var content = (ArrayNode) message.path("content");
                    require(content.size() == index, "index " + index);
                    content.add(event.path("content_block").deepCopy());
                }
                case "content_block_delta" ->
                    delta((ObjectNode) message.path("content").path(index), event.path("delta"), index, inputs);
                case "content_block_stop" -> {
                    var input = inputs.remove(index);
                    if (input != null && !input.isEmpty()) {
                        ((ObjectNode) message.path("content").path(index))
                                .set("input", Exchange.json(input.toString()));
                    }
                }
                case "message_delta" -> {
                    message.setAll((ObjectNode) event.path("delta"));
                    for (var member : event.properties()) {
                        if (member.getKey().equals("usage")) {
                            message.withObjectProperty("usage").setAll((ObjectNode) member.getValue());
                        } else if (!member.getKey().equals("delta")
                                && !member.getKey().equals("type")) {
                            message.set(member.getKey(), member.getValue());
                        }
                    }
                }
                default -> {}
            }
        }
        require(order.getFirst().equals("message_start"), "begins with " + order.getFirst());
        require(order.getLast().equals("message_stop"), "ends with " + order.getLast());
        require(inputs.isEmpty(), "a block without stop");
        return message;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("breaks Anthropic's grammar: " + what);
        }
    }

    private static void delta(ObjectNode block, JsonNode delta, int index, Map<Integer, StringBuilder> inputs) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> append(block, "text", delta);
            case "thinking_delta" -> append(block, "thinking", delta);
            case "signature_delta" -> append(block, "signature", delta);
            case "input_json_delta" ->
                inputs.computeIfAbsent(index, _ -> new StringBuilder())
                        .append(delta.path("partial_json").asText());
            case "citations_delta" -> block.withArrayProperty("citations").add(delta.path("citation"));
            default -> throw new AssertionError(delta.toString());
        }
    }

    private static void append(ObjectNode block, String member, JsonNode delta) {
        block.put(member, block.path(member).asText("") + delta.path(member).asText());
    }

    /** Content, stop and usage without members that say nothing: nulls, empty lists of citations, an empty signature. */
    static ObjectNode essence(JsonNode message) {
        var essence = Exchange.JSON.createObjectNode();
        for (var name : List.of("content", "stop_reason", "stop_sequence", "stop_details", "usage", "container")) {
            if (message.hasNonNull(name)) {
                essence.set(name, plain(message.path(name)));
            }
        }
        return essence;
    }

    private static JsonNode plain(JsonNode node) {
        if (node instanceof ArrayNode array) {
            var copy = Exchange.JSON.createArrayNode();
            array.forEach(item -> copy.add(plain(item)));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var copy = Exchange.JSON.createObjectNode();
        object.properties().forEach(member -> {
            var value = member.getValue();
            boolean empty = value.isNull()
                    || (member.getKey().equals("citations") && value.isEmpty())
                    || (member.getKey().equals("signature") && value.asText().isEmpty());
            if (!empty) {
                copy.set(member.getKey(), plain(value));
            }
        });
        return copy;
    }
}
