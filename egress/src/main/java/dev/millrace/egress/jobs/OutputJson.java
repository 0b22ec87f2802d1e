package dev.millrace.egress.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.egress.reply.Reply;
import dev.millrace.egress.reply.Reply.Choice;
import java.util.Locale;

/** The native JSON of a job's output. Pure. */
final class OutputJson {
    private OutputJson() {}

    /** Adds {@code output_text} (of the first choice), {@code output} (all choices) and {@code output_truncated}. */
    static void put(ObjectNode node, Reply reply) {
        node.put(
                "output_text",
                reply.choices().isEmpty() ? "" : reply.choices().getFirst().text());
        var output = node.putArray("output");
        reply.choices().forEach(choice -> output.add(choice(choice)));
        if (reply.truncated()) {
            node.put("output_truncated", true);
        }
    }

    private static ObjectNode choice(Choice choice) {
        var node = JsonNodeFactory.instance
                .objectNode()
                .put("choice", choice.index())
                .put("text", choice.text());
        if (!choice.refusal().isEmpty()) {
            node.put("refusal", choice.refusal());
        }
        for (var block : choice.reasoning()) {
            var reasoning = node.withArrayProperty("reasoning").addObject().put("text", block.text());
            if (block.signature() != null) {
                reasoning.put("signature", block.signature());
            }
            if (block.encrypted() != null) {
                reasoning.put("encrypted", block.encrypted());
            }
        }
        for (var call : choice.toolCalls()) {
            var toolCall = node.withArrayProperty("tool_calls").addObject();
            toolCall.put("id", call.id())
                    .put("type", call.type())
                    .put("name", call.name())
                    .put("arguments", call.arguments());
            RawJson.putExtensions(toolCall, call.extensions());
        }
        choice.media()
                .forEach(
                        media -> DeltaJson.media(node.withArrayProperty("media").addObject(), media.content()));
        choice.items()
                .forEach(item -> node.withArrayProperty("items")
                        .addObject()
                        .put("dialect", item.getDialect())
                        .put("type", item.getType())
                        .set("value", RawJson.parsed(item.getJson())));
        for (var vector : choice.vectors()) {
            var values = node.withArrayProperty("vectors").addArray();
            for (float value : vector) {
                values.add(value);
            }
        }
        RawJson.putExtensions(node, choice.extensions());
        node.put(
                "finish_reason",
                choice.finish() == null ? null : choice.finish().name().toLowerCase(Locale.ROOT));
        return node;
    }
}
