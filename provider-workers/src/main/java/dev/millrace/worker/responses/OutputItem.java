package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.openai.LogprobReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One item of the output while its events come in. */
final class OutputItem {
    /** Members that travel as content, or that every reader can derive. */
    private static final Map<String, Set<String>> CONTENT = Map.of(
            "message", Set.of("type", "role", "content", "status"),
            "reasoning", Set.of("type", "summary", "content", "encrypted_content", "status"),
            "function_call", Set.of("type", "call_id", "name", "arguments", "status"),
            "custom_tool_call", Set.of("type", "call_id", "name", "input", "status"));

    private static final Set<String> USUAL_STATUS = Set.of("in_progress", "completed");

    private record Part(String kind, int index) {}

    private final String type;
    private final ObjectNode announced;
    private final OutputReader output;
    private final int callIndex;
    /** Parts that said something, with the number of their annotations. */
    private final Map<Part, Integer> said = new LinkedHashMap<>();

    private @Nullable String callId;
    private @Nullable String name;
    private @Nullable Part current;
    private boolean begun;
    private boolean done;

    private OutputItem(String type, JsonNode item, OutputReader output) {
        this.type = type;
        this.announced = members(item);
        this.output = output;
        boolean call = type.equals("function_call") || type.equals("custom_tool_call");
        this.callIndex = call ? output.nextCall() : -1;
        this.callId = text(item.path("call_id"));
        this.name = text(item.path("name"));
    }

    static OutputItem of(JsonNode item, OutputReader output) {
        return new OutputItem(item.path("type").asText("message"), item, output);
    }

    /** Type of the item whose content an event of that type carries. */
    static String typeOf(String eventType) {
        return switch (eventType) {
            case "response.reasoning_text.delta",
                    "response.reasoning_summary_text.delta",
                    "response.reasoning_text.done",
                    "response.reasoning_summary_text.done" -> "reasoning";
            case "response.function_call_arguments.delta", "response.function_call_arguments.done" -> "function_call";
            case "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done" -> "custom_tool_call";
            default -> "message";
        };
    }

    /** Whether its content has a common word; everything else travels as it came. */
    boolean isKnown() {
        return CONTENT.containsKey(type);
    }

    boolean isDone() {
        return done;
    }

    /** A call is told at once, because its name is known; anything else when it says something. */
    void begin() {
        if (callIndex >= 0) {
            emit(call(""), null);
        }
    }

    private ToolCallDelta call(String arguments) {
        return new ToolCallDelta(
                callIndex,
                begun ? null : callId,
                begun ? null : name,
                arguments,
                begun ? null : type.equals("function_call") ? "function" : "custom",
                null);
    }

    void piece(String eventType, int index, String text, JsonNode logprobs) {
        var part = new Part(kind(eventType), index);
        said.putIfAbsent(part, 0);
        say(part, text, LogprobReader.read(logprobs));
    }

    /** The whole text of a part, of which the pieces may have come before. */
    void rest(String eventType, int index, String text, JsonNode logprobs) {
        whole(new Part(kind(eventType), index), text, logprobs);
    }

    private void whole(Part part, String text, JsonNode logprobs) {
        if (said.putIfAbsent(part, 0) == null && !text.isEmpty()) {
            say(part, text, LogprobReader.read(logprobs));
        }
    }

    private static String kind(String eventType) {
        return switch (eventType) {
            case "response.refusal.delta", "response.refusal.done" -> "refusal";
            case "response.reasoning_text.delta", "response.reasoning_text.done" -> "reasoning_text";
            case "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done" -> "summary_text";
            case "response.output_text.delta", "response.output_text.done" -> "output_text";
            default -> "arguments";
        };
    }

    private void say(Part part, String text, List<TokenLogprob> logprobs) {
        Object content = switch (part.kind()) {
            case "refusal" -> new RefusalDelta(text, logprobs);
            case "reasoning_text" -> new ReasoningDelta(text, text(announced.path("id")), null, null, false);
            case "summary_text" -> new ReasoningDelta(text, text(announced.path("id")), null, null, true);
            case "arguments" -> call(text);
            default -> new TextDelta(text, logprobs);
        };
        emit(content, part);
    }

    private void emit(Object content, @Nullable Part part) {
        emit(content, part, null);
    }

    private void emit(Object content, @Nullable Part part, @Nullable ObjectNode change) {
        var marks = new LinkedHashMap<String, String>();
        if (!begun) {
            begun = true;
            if (!announced.isEmpty()) {
                marks.put(ResponsesMarks.ITEM, announced.toString());
            }
        } else if (part != null && current != null && !part.equals(current)) {
            marks.put(ResponsesMarks.PART, Integer.toString(part.index()));
        }
        current = part == null ? current : part;
        if (change != null && !change.isEmpty()) {
            marks.put(ResponsesMarks.DONE, change.toString());
        }
        output.add(new Delta(0, content, marks));
    }

    /** The end of a part; false when its content has no common word. */
    boolean part(JsonNode part, int index) {
        var kind = part.path("type").asText();
        return switch (kind) {
            case "output_text", "refusal", "reasoning_text", "summary_text" -> {
                part(part, new Part(kind, index));
                yield true;
            }
            case "text" -> {
                part(part, new Part("output_text", index));
                yield true;
            }
            default -> false;
        };
    }

    private void part(JsonNode part, Part as) {
        whole(as, part.path(as.kind().equals("refusal") ? "refusal" : "text").asText(), part.path("logprobs"));
        var list = part.path("annotations");
        for (int i = said.getOrDefault(as, 0); i < list.size(); i++) {
            annotation(list.path(i), as);
        }
    }

    void annotation(JsonNode annotation, int index) {
        annotation(annotation, new Part("output_text", index));
    }

    private void annotation(JsonNode annotation, Part part) {
        said.merge(part, 1, Integer::sum);
        if (!begun) {
            emit(new TextDelta("", List.of()), part);
        }
        var json = JsonNodeFactory.instance.objectNode();
        json.set("annotation", annotation);
        output.add(new Delta(
                0,
                new ItemDelta(ResponsesMarks.DIALECT, "response.output_text.annotation.added", json.toString()),
                Map.of()));
    }

    /** An image by value becomes media; false when this is none. */
    boolean image(JsonNode item) {
        if (!type.equals("image_generation_call")) {
            return false;
        }
        var media = MediaEvents.image(item);
        if (media == null) {
            return false;
        }
        ObjectNode rest = item.deepCopy();
        rest.remove("result");
        output.add(new Delta(0, media, Map.of(ResponsesMarks.ITEM, rest.toString())));
        return true;
    }

    /** The item as it is in the end. */
    void finish(JsonNode item) {
        done = true;
        if (!isKnown()) {
            return;
        }
        parts(item);
        var change = changed(item);
        switch (type) {
            case "reasoning" -> {
                var encrypted = text(item.path("encrypted_content"));
                if (encrypted != null || !change.isEmpty() || !begun) {
                    emit(new ReasoningDelta("", text(announced.path("id")), null, encrypted, false), null, change);
                }
            }
            case "message" -> {
                if (!change.isEmpty() || !begun) {
                    emit(new TextDelta("", List.of()), null, change);
                }
            }
            default -> call(item, change);
        }
    }

    private void call(JsonNode item, ObjectNode change) {
        boolean late = callId == null && text(item.path("call_id")) != null;
        if (late) {
            callId = text(item.path("call_id"));
            name = text(item.path("name"));
            emit(new ToolCallDelta(callIndex, callId, name, "", null, null), null, change);
        } else if (!change.isEmpty() || !begun) {
            emit(call(""), null, change);
        }
    }

    private void parts(JsonNode item) {
        for (var list : List.of("summary", "content")) {
            var counts = new HashMap<String, Integer>();
            for (int i = 0; i < item.path(list).size(); i++) {
                var part = item.path(list).path(i);
                var word = part.path("type").asText("output_text");
                var kind = word.equals("text") ? "output_text" : word;
                int number = counts.merge(kind, 1, Integer::sum) - 1;
                if (!part(part, place(kind, number, i))) {
                    unknown(part, i);
                }
            }
        }
        if (callIndex >= 0) {
            var arguments = item.path(type.equals("function_call") ? "arguments" : "input");
            whole(
                    new Part("arguments", 0),
                    arguments.isContainerNode() ? arguments.toString() : arguments.asText(""),
                    arguments.path("logprobs"));
        }
    }

    /** The number under which the n-th part of a kind came by events: vendors do not count alike there and in the list. */
    private int place(String kind, int number, int position) {
        var came =
                said.keySet().stream().filter(part -> part.kind().equals(kind)).toList();
        return number < came.size() ? came.get(number).index() : position;
    }

    private void unknown(JsonNode part, int index) {
        var json = JsonNodeFactory.instance.objectNode().put("content_index", index);
        json.set("part", part);
        output.add(new Delta(
                0, new ItemDelta(ResponsesMarks.DIALECT, "response.content_part.done", json.toString()), Map.of()));
    }

    private ObjectNode changed(JsonNode item) {
        var change = members(item);
        announced.properties().forEach(member -> {
            if (member.getValue().equals(change.path(member.getKey()))) {
                change.remove(member.getKey());
            }
        });
        return change;
    }

    private ObjectNode members(JsonNode item) {
        var members = JsonNodeFactory.instance.objectNode();
        var content = CONTENT.getOrDefault(type, Set.of());
        item.properties().forEach(member -> {
            if (!content.contains(member.getKey()) && !member.getValue().isNull()) {
                members.set(member.getKey(), member.getValue());
            }
        });
        var status = item.path("status").asText("");
        if (!status.isEmpty() && !USUAL_STATUS.contains(status)) {
            members.put("status", status);
        }
        return members;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? node.asText() : null;
    }
}
