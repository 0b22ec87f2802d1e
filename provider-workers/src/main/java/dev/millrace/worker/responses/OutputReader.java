package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.dialect.ResponsesMarks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the output's items over their events and turns them into deltas. What a {@code done} event brings that no delta had brought is
 * emitted then, so that a vendor that sends whole texts only loses nothing; what it repeats is not.
 */
final class OutputReader {
    private static final int MAX_ITEMS = 4096;

    /** Members that differ with every run, or only pad. */
    private static final Set<String> NOT_KEPT = Set.of("sequence_number", "obfuscation");

    private final Map<Integer, OutputItem> items = new HashMap<>();
    private List<Delta> deltas = new ArrayList<>();
    private int calls;
    private int searches;

    /** Reads an event about the output, or one that is not known; returns what is malformed, or null. */
    @Nullable
    String event(JsonNode event) {
        var type = event.path("type").asText();
        if (items.size() >= MAX_ITEMS) {
            return "more than " + MAX_ITEMS + " items";
        }
        return switch (type) {
            case "response.output_item.added" -> added(event);
            case "response.output_item.done" -> done(event);
            case "response.content_part.added",
                    "response.reasoning_part.added",
                    "response.reasoning_summary_part.added" -> null;
            case "response.output_text.delta",
                    "response.refusal.delta",
                    "response.reasoning_text.delta",
                    "response.reasoning_summary_text.delta",
                    "response.function_call_arguments.delta",
                    "response.custom_tool_call_input.delta" -> piece(event, type, event.path("delta"));
            case "response.output_text.done", "response.reasoning_text.done", "response.reasoning_summary_text.done" ->
                rest(event, type, event.path("text"));
            case "response.refusal.done" -> rest(event, type, event.path("refusal"));
            case "response.function_call_arguments.done" -> rest(event, type, event.path("arguments"));
            case "response.custom_tool_call_input.done" -> rest(event, type, event.path("input"));
            case "response.content_part.done", "response.reasoning_part.done", "response.reasoning_summary_part.done" ->
                part(event, type);
            case "response.output_text.annotation.added" -> annotation(event);
            default -> other(event, type);
        };
    }

    private @Nullable String added(JsonNode event) {
        var item = event.path("item");
        if (!item.isObject()) {
            return "item";
        }
        int index = event.path("output_index").asInt(items.size());
        var read = OutputItem.of(item, this);
        items.put(index, read);
        if (!read.isKnown()) {
            keep(event, event.path("type").asText());
        }
        read.begin();
        return null;
    }

    private @Nullable String done(JsonNode event) {
        var item = event.path("item");
        if (!item.isObject()) {
            return "item";
        }
        int index = event.path("output_index").asInt(items.size());
        var read = items.computeIfAbsent(index, _ -> OutputItem.of(item, this));
        finish(read, item, event);
        return null;
    }

    private void finish(OutputItem read, JsonNode item, JsonNode event) {
        if (read.isDone()) {
            return;
        }
        if (item.path("type").asText().equals("web_search_call")) {
            searches++;
        }
        if (!read.isKnown() && !read.image(item)) {
            keep(event, "response.output_item.done");
        }
        read.finish(item);
    }

    private @Nullable String piece(JsonNode event, String type, JsonNode text) {
        if (!text.isTextual()) {
            return type + ": delta";
        }
        item(event, type).piece(type, partIndex(event), text.asText(), event.path("logprobs"));
        return null;
    }

    private @Nullable String rest(JsonNode event, String type, JsonNode text) {
        if (text.isTextual()) {
            item(event, type).rest(type, partIndex(event), text.asText(), event.path("logprobs"));
        }
        return null;
    }

    private @Nullable String part(JsonNode event, String type) {
        var part = event.path("part");
        var owner = items.get(event.path("output_index").asInt(-1));
        if (owner == null || !owner.part(part, partIndex(event))) {
            keep(event, type);
        }
        return null;
    }

    private @Nullable String annotation(JsonNode event) {
        item(event, "response.output_text.delta").annotation(event.path("annotation"), partIndex(event));
        return null;
    }

    private @Nullable String other(JsonNode event, String type) {
        if (type.isEmpty()) {
            return "an event without a type";
        }
        boolean media = type.startsWith("response.audio") || type.endsWith(".partial_image");
        if (!media || !MediaEvents.read(event, type, deltas)) {
            keep(event, type);
        }
        return null;
    }

    private static int partIndex(JsonNode event) {
        return event.path(event.has("summary_index") ? "summary_index" : "content_index")
                .asInt(0);
    }

    /** The item of an event; one that was never announced is implied. */
    private OutputItem item(JsonNode event, String type) {
        return items.computeIfAbsent(event.path("output_index").asInt(0), _ -> {
            var implied = JsonNodeFactory.instance.objectNode().put("type", OutputItem.typeOf(type));
            if (event.hasNonNull("item_id")) {
                implied.set("id", event.path("item_id"));
            }
            return OutputItem.of(implied, this);
        });
    }

    /** Reads the items of the last event or of a whole reply, as far as they did not come before. */
    @Nullable
    String remaining(JsonNode output) {
        for (int i = 0; i < output.size(); i++) {
            var item = output.path(i);
            if (!item.isObject()) {
                return "output[" + i + "]";
            }
            int index = i;
            var event = JsonNodeFactory.instance.objectNode().put("output_index", index);
            event.set("item", item);
            finish(items.computeIfAbsent(index, _ -> OutputItem.of(item, this)), item, event);
        }
        return null;
    }

    private void keep(JsonNode event, String type) {
        ObjectNode kept = event.deepCopy();
        kept.remove(NOT_KEPT);
        kept.remove("type");
        add(new Delta(0, new ItemDelta(ResponsesMarks.DIALECT, type, kept.toString()), Map.of()));
    }

    int nextCall() {
        return calls++;
    }

    boolean anyCall() {
        return calls > 0;
    }

    long searches() {
        return searches;
    }

    void add(Delta delta) {
        deltas.add(delta);
    }

    List<Delta> take() {
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }
}
