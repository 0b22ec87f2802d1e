package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the content of a message together from its course. Bounded by what it is fed. Not thread-safe. */
final class ContentBuilder {
    /** Where arguments stand that a model wrote and that are no JSON object. */
    static final String UNREADABLE = "millrace_unreadable_arguments";

    private static final class Block {
        final ObjectNode node;
        final Map<String, StringBuilder> texts = new LinkedHashMap<>();

        Block(ObjectNode node) {
            this.node = node;
        }

        void append(String member, String text) {
            texts.computeIfAbsent(member, _ -> new StringBuilder()).append(text);
        }
    }

    private final List<Block> blocks = new ArrayList<>();

    void add(BlockEvent event) {
        switch (event) {
            case BlockEvent.Start(var _, var block) -> blocks.add(new Block(block));
            case BlockEvent.Piece(var index, var delta) -> piece(blocks.get(index), delta);
            case BlockEvent.Stop _, BlockEvent.Other _ -> {}
        }
    }

    private static void piece(Block block, ObjectNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> block.append("text", delta.path("text").asText());
            case "thinking_delta" ->
                block.append("thinking", delta.path("thinking").asText());
            case "signature_delta" ->
                block.append("signature", delta.path("signature").asText());
            case "input_json_delta" ->
                block.append("input", delta.path("partial_json").asText());
            case "citations_delta" -> block.node.withArrayProperty("citations").add(delta.path("citation"));
            default -> block.node.withArrayProperty("millrace_deltas").add(delta);
        }
    }

    void writeTo(ArrayNode content) {
        for (var block : blocks) {
            block.texts.forEach((member, text) -> {
                if (member.equals("input")) {
                    block.node.set("input", input(text.toString()));
                } else {
                    block.node.put(member, text.toString());
                }
            });
            content.add(block.node);
        }
    }

    private static ObjectNode input(String json) {
        return MessageJson.parsed(json) instanceof ObjectNode object
                ? object
                : MessageJson.object().put(UNREADABLE, json);
    }
}
