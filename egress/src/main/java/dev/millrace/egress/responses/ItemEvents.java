package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.egress.responses.OutputPart.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events about items, in the order that the dialect prescribes. */
final class ItemEvents {
    private final EventLog log;

    ItemEvents(EventLog log) {
        this.log = log;
    }

    void added(OutputItem item) {
        var event = log.add("response.output_item.added").put("output_index", item.index);
        event.set("item", item.snapshot());
    }

    /** Ends the open part and the item. */
    void done(OutputItem item) {
        closePart(item);
        var name = item.argumentsName();
        if (name != null) {
            item.node.put(name, item.arguments());
            var type = name.equals("arguments")
                    ? "response.function_call_arguments.done"
                    : "response.custom_tool_call_input.done";
            about(item, type).put(name, item.arguments());
        }
        if (item.node.path("status").asText().equals("in_progress")) {
            item.node.put("status", "completed");
        }
        item.close();
        var event = log.add("response.output_item.done").put("output_index", item.index);
        event.set("item", item.snapshot());
    }

    OutputPart openPart(OutputItem item, Kind kind) {
        var part = item.open(kind);
        about(item, part, kind.partEvent + ".added").set("part", part.node().deepCopy());
        return part;
    }

    void closePart(OutputItem item) {
        var part = item.part();
        if (part == null) {
            return;
        }
        var text = about(item, part, part.kind.textEvent + ".done").put(part.kind.member, part.text());
        if (part.kind == Kind.TEXT) {
            text.set("logprobs", part.list("logprobs").deepCopy());
        }
        about(item, part, part.kind.partEvent + ".done").set("part", part.node().deepCopy());
        item.closePart();
    }

    void text(OutputItem item, OutputPart part, String piece, @Nullable ArrayNode logprobs) {
        part.append(piece);
        var event = about(item, part, part.kind.textEvent + ".delta").put("delta", piece);
        if (part.kind == Kind.TEXT && logprobs != null) {
            event.set("logprobs", logprobs);
            part.list("logprobs").addAll(logprobs);
        }
    }

    void annotation(OutputItem item, OutputPart part, ObjectNode annotation) {
        var list = part.list("annotations");
        about(item, part, "response.output_text.annotation.added")
                .put("annotation_index", list.size())
                .set("annotation", annotation);
        list.add(annotation);
    }

    void unknownPart(OutputItem item, ObjectNode part) {
        var list = item.node.withArrayProperty("content");
        about(item, "response.content_part.added")
                .put("content_index", list.size())
                .set("part", part);
        about(item, "response.content_part.done")
                .put("content_index", list.size())
                .set("part", part);
        list.add(part);
    }

    void arguments(OutputItem item, String piece) {
        item.appendArguments(piece);
        var type = "arguments".equals(item.argumentsName())
                ? "response.function_call_arguments.delta"
                : "response.custom_tool_call_input.delta";
        about(item, type).put("delta", piece);
    }

    /** An event of a vendor that speaks this dialect, with our number of the item. */
    void other(String type, ObjectNode event, @Nullable OutputItem item) {
        var told = log.add(type);
        told.setAll(event);
        if (item != null) {
            told.put("output_index", item.index);
        }
    }

    /** A picture that is not whole yet, or sound. */
    void media(MediaDelta media, Map<String, String> marks, int nextIndex) {
        if (media.getKind() == MediaKind.IMAGE) {
            var event = log.add("response.image_generation_call.partial_image").put("output_index", nextIndex);
            MediaItems.partial(event, media, marks);
        } else if (media.getKind() == MediaKind.AUDIO) {
            MediaItems.audio(log, media);
        }
    }

    private ObjectNode about(OutputItem item, String type) {
        return log.add(type).put("item_id", item.id()).put("output_index", item.index);
    }

    private ObjectNode about(OutputItem item, OutputPart part, String type) {
        return about(item, type).put(part.indexName(), part.index);
    }
}
