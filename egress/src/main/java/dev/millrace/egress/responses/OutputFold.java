package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.dialect.Marks;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.egress.responses.OutputPart.Kind;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the output's items together from deltas and tells it by events. Pure: the same deltas give the same items and events.
 *
 * <p>Where the vendor spoke this dialect its marks say where items begin and what they are called. Where it did not, an item begins with
 * the first delta of another kind: thinking becomes the summary of a reasoning item, text a message, each call an item of its own that
 * stays open to the end, because calls may come in turns. Only the first choice is told: a response has one. Not thread-safe.
 */
final class OutputFold {
    private final JobId job;
    private final EventLog log;
    private final ItemEvents events;
    private final Map<Integer, OutputItem> calls = new HashMap<>();
    private List<OutputItem> items = new ArrayList<>();
    private ObjectNode beside = JsonNodeFactory.instance.objectNode();
    private @Nullable OutputItem open;
    private @Nullable FinishDelta finish;
    private boolean incomplete;

    OutputFold(JobId job, EventLog log) {
        this.job = job;
        this.log = log;
        this.events = new ItemEvents(log);
    }

    /** Forgets the output: another execution begins anew. */
    void restart() {
        items = new ArrayList<>();
        calls.clear();
        beside = JsonNodeFactory.instance.objectNode();
        open = null;
        finish = null;
        incomplete = false;
    }

    void add(Delta delta) {
        if (delta.getIndex() != 0) {
            return;
        }
        var marks = delta.getExtensions();
        switch (delta.getContent()) {
            case TextDelta text -> text(text.getText(), text, marks);
            case RefusalDelta refusal -> text(refusal.getText(), refusal, marks);
            case ReasoningDelta thought -> reasoning(thought, marks);
            case ToolCallDelta call -> call(call, marks);
            case MediaDelta media -> media(media, marks);
            case ItemDelta item -> item(item);
            case FinishDelta end -> {
                finish = end;
                incomplete = marks.containsKey(ResponsesMarks.STATUS);
            }
            default -> {} // vectors and progress are no response
        }
        beside(delta);
    }

    /** Members of another dialect: citations become annotations, the rest stands under {@code millrace}. */
    private void beside(Delta delta) {
        delta.getExtensions().forEach((name, json) -> {
            var value = Json.parsed(json);
            if (name.equals("annotations") && value.isArray()) {
                value.forEach(this::annotation);
            } else if (!Marks.isMark(name) && !(delta.getContent() instanceof MediaDelta)) {
                beside.withObjectProperty("extensions").set(name, value);
            }
        });
    }

    private void text(String text, Object delta, Map<String, String> marks) {
        var kind = delta instanceof RefusalDelta ? Kind.REFUSAL : Kind.TEXT;
        var logprobs = delta instanceof TextDelta said ? said.getLogprobs() : ((RefusalDelta) delta).getLogprobs();
        var item = current("message", marks);
        if (item == null) {
            return;
        }
        if (marks.containsKey(ResponsesMarks.DONE) && text.isEmpty()) {
            change(item, marks);
            return;
        }
        var part = part(item, kind, marks);
        if (!text.isEmpty() || !logprobs.isEmpty()) {
            events.text(item, part, text, Json.logprobs(logprobs));
        }
        change(item, marks);
    }

    private OutputPart part(OutputItem item, Kind kind, Map<String, String> marks) {
        var part = item.part();
        if (part != null && part.kind == kind && !marks.containsKey(ResponsesMarks.PART)) {
            return part;
        }
        events.closePart(item);
        return events.openPart(item, kind);
    }

    private void reasoning(ReasoningDelta thought, Map<String, String> marks) {
        var named = thought.getId();
        if (named != null && open != null && open.type().equals("reasoning") && !named.equals(open.id())) {
            closeOpen();
        }
        var item = current("reasoning", marks);
        if (item == null) {
            return;
        }
        if (named != null && !item.restored && item.part() == null) {
            item.node.put("id", named);
        }
        if (!thought.getText().isEmpty()) {
            boolean raw = item.restored && !thought.getSummary();
            events.text(item, part(item, raw ? Kind.REASONING : Kind.SUMMARY, marks), thought.getText(), null);
        }
        if (thought.getEncrypted() != null) {
            item.node.put("encrypted_content", thought.getEncrypted());
        } else if (thought.getSignature() != null) {
            item.node.put("encrypted_content", Signatures.wrap(thought.getSignature()));
        }
        change(item, marks);
        if (thought.getSignature() != null || thought.getEncrypted() != null) {
            closeOpen(); // what was signed is whole
        }
    }

    /** The open item of that type, or a new one; null when there is nothing to say about an item that is over. */
    private @Nullable OutputItem current(String type, Map<String, String> marks) {
        var mark = marks.get(ResponsesMarks.ITEM);
        var present = open;
        if (mark == null && present != null && present.type().equals(type)) {
            return present;
        }
        if (mark == null && marks.containsKey(ResponsesMarks.DONE)) {
            return null;
        }
        closeOpen();
        var node = JsonNodeFactory.instance.objectNode();
        if (mark != null && Json.parsed(mark) instanceof ObjectNode members) {
            node.setAll(members);
        }
        boolean message = type.equals("message");
        put(node, "id", ResponseIds.item(message ? "msg" : "rs", job, items.size()));
        put(node, "type", type);
        if (message) {
            put(node, "status", "in_progress");
            put(node, "role", "assistant");
            node.putArray("content");
        } else {
            node.putArray("summary");
        }
        var begun = begin(node, mark != null);
        open = begun;
        return begun;
    }

    private OutputItem begin(ObjectNode node, boolean restored) {
        var item = new OutputItem(items.size(), node, restored);
        items.add(item);
        events.added(item);
        return item;
    }

    private static void put(ObjectNode node, String name, String value) {
        if (!node.has(name)) {
            node.put(name, value);
        }
    }

    private void call(ToolCallDelta delta, Map<String, String> marks) {
        var item = calls.get(delta.getIndex());
        if (item == null) {
            closeOpen();
            item = begin(callNode(delta, marks), marks.containsKey(ResponsesMarks.ITEM));
            calls.put(delta.getIndex(), item);
            if (item.restored) {
                open = item;
            }
        } else if (delta.getId() != null) {
            item.node.put("call_id", delta.getId());
        }
        if (delta.getSignature() != null) {
            // where Google's own OpenAI-compatible API has it, and where adapters look for it
            item.node.putObject("extra_content").putObject("google").put("thought_signature", delta.getSignature());
        }
        if (!delta.getArguments().isEmpty()) {
            events.arguments(item, delta.getArguments());
        }
        change(item, marks);
        callExtensions(item, marks);
    }

    private ObjectNode callNode(ToolCallDelta delta, Map<String, String> marks) {
        var node = JsonNodeFactory.instance.objectNode();
        var mark = marks.get(ResponsesMarks.ITEM);
        if (mark != null && Json.parsed(mark) instanceof ObjectNode members) {
            node.setAll(members);
        }
        boolean custom = "custom".equals(delta.getType());
        put(node, "id", ResponseIds.item(custom ? "ctc" : "fc", job, items.size()));
        put(node, "type", custom ? "custom_tool_call" : "function_call");
        put(node, "status", "in_progress");
        node.put(custom ? "input" : "arguments", "");
        node.put("call_id", delta.getId() == null ? "call_" + delta.getIndex() : delta.getId());
        node.put("name", delta.getName() == null ? "" : delta.getName());
        return node;
    }

    private static void callExtensions(OutputItem item, Map<String, String> extensions) {
        extensions.forEach((name, json) -> {
            if (!Marks.isMark(name) && !item.node.has(name)) {
                item.node.set(name, Json.parsed(json));
            }
        });
    }

    private void media(MediaDelta media, Map<String, String> marks) {
        closeOpen();
        var node = MediaItems.node(media, marks);
        if (node == null) {
            events.media(media, marks, items.size());
            return;
        }
        put(node, "id", ResponseIds.item("ig", job, items.size()));
        var item = begin(node, true);
        events.done(item);
    }

    private void item(ItemDelta delta) {
        var value = Json.parsed(delta.getJson());
        if (delta.getDialect().equals(ResponsesMarks.DIALECT) && value instanceof ObjectNode event) {
            restored(delta.getType(), event);
        } else if (delta.getType().equals("annotations") && value.isArray()) {
            value.forEach(this::annotation);
        } else if (!Annotations.of(delta, value).isEmpty()) {
            Annotations.of(delta, value).forEach(this::annotation);
        } else {
            var other = JsonNodeFactory.instance.objectNode();
            other.put("dialect", delta.getDialect())
                    .put("type", delta.getType())
                    .set("value", value);
            beside.withArrayProperty("items").add(other);
            log.add("millrace.item").setAll(other);
        }
    }

    private void restored(String type, ObjectNode event) {
        switch (type) {
            case "response.output_text.annotation.added" -> annotation(event.path("annotation"));
            case "response.output_item.added" -> {
                closeOpen();
                open = begin(object(event.path("item")), true);
            }
            case "response.output_item.done" -> itemDone(object(event.path("item")));
            case "response.content_part.done" -> unknownPart(object(event.path("part")));
            default -> events.other(type, event, byId(event.path("item_id").asText()));
        }
    }

    private void itemDone(ObjectNode done) {
        var item = byId(done.path("id").asText());
        if (item == null || item.isClosed()) {
            closeOpen();
            item = begin(done.deepCopy(), true);
        }
        item.node.setAll(done);
        if (open == item) {
            open = null;
        }
        events.done(item);
    }

    private void unknownPart(ObjectNode part) {
        var item = current("message", Map.of());
        if (item != null) {
            events.closePart(item);
            events.unknownPart(item, part);
        }
    }

    private void annotation(JsonNode annotation) {
        var item = current("message", Map.of());
        if (item != null) {
            events.annotation(item, part(item, Kind.TEXT, Map.of()), Annotations.flat(annotation));
        }
    }

    private @Nullable OutputItem byId(String id) {
        return items.stream()
                .filter(item -> !id.isEmpty() && item.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    private static ObjectNode object(JsonNode node) {
        return node instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
    }

    private static void change(OutputItem item, Map<String, String> marks) {
        var change = marks.get(ResponsesMarks.DONE);
        if (change != null && Json.parsed(change) instanceof ObjectNode members) {
            item.node.setAll(members);
        }
    }

    private void closeOpen() {
        var item = open;
        open = null;
        if (item != null && !item.isClosed()) {
            events.done(item);
        }
    }

    /** Ends every item, in the order they began. */
    void end() {
        open = null;
        items.stream().filter(item -> !item.isClosed()).forEach(events::done);
    }

    /** The items so far; copies. */
    ArrayNode output() {
        var array = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> array.add(item.snapshot()));
        return array;
    }

    /** What has no word in this dialect; empty when there is nothing. */
    ObjectNode beside() {
        return beside;
    }

    /** Why the answer stopped; null when the model has not said. */
    @Nullable
    FinishDelta finish() {
        return finish;
    }

    /** Whether the vendor itself called the response incomplete. */
    boolean incomplete() {
        return incomplete;
    }
}
