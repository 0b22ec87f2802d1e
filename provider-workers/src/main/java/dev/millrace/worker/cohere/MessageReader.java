package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorExtras;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a reply of version 2. A stream is finished with {@code message-end}, which brings finish reason and usage, and {@code [DONE]}.
 *
 * <p>The plan before tool calls is thinking with the mark {@value #PLAN_MARK}; citations are items of dialect {@value #DIALECT}.
 *
 * @see <a href="https://docs.cohere.com/v2/reference/chat-stream">Cohere, chat with streaming</a>
 */
final class MessageReader implements ChatReader {
    static final String DIALECT = "cohere";
    static final String PLAN = "tool_plan";

    /** Tells the plan from other thinking. */
    static final String PLAN_MARK = DIALECT + "." + PLAN;

    private static final int MAX_CALLS = 1024;
    private static final Set<String> NOT_EXTRA =
            Set.of("type", "index", "delta", "message", "finish_reason", "usage", "role");

    private final VendorExtras extras;
    private final Map<Integer, Integer> calls = new HashMap<>();
    private final Set<Integer> argued = new HashSet<>();
    private List<Delta> deltas = new ArrayList<>();
    private @Nullable Usage usage;
    private @Nullable String finish;
    private @Nullable String failure;

    MessageReader(DecoderLimits limits) {
        this.extras = new VendorExtras(limits.maxVendorBytes(), NOT_EXTRA);
    }

    @Override
    public @Nullable VendorResult event(JsonNode event) {
        if (!event.isObject()) {
            return new Malformed("an event is not an object");
        }
        var message = event.path("delta").path("message");
        var type = event.path("type").asText();
        int index = event.path("index").asInt();
        switch (type) {
            case "message-start" -> extras.read(event);
            case "content-start", "content-delta" -> content(message.path("content"), event.path("logprobs"));
            case "tool-plan-delta" -> plan(message.path(PLAN));
            case "tool-call-start" -> {
                return start(index, message.path("tool_calls"));
            }
            case "tool-call-delta" -> {
                return arguments(index, message.path("tool_calls"));
            }
            case "tool-call-end" -> end(index);
            case "citation-start" -> item("citation", message.path("citations"));
            case "content-end", "citation-end" -> {}
            case "message-end" -> messageEnd(event.path("delta"));
            default -> item("event." + type, event);
        }
        return null;
    }

    @Override
    public VendorResult done() {
        return finish == null ? new Truncated("[DONE] came before the end of the message") : finished(finish);
    }

    private void messageEnd(JsonNode delta) {
        extras.read(delta);
        usage = CohereUsage.of(delta.path("usage"));
        failure = delta.path("error").isTextual() ? delta.path("error").asText() : failure;
        finish(delta.path("finish_reason"));
    }

    private void finish(JsonNode word) {
        if (finish == null && word.isTextual()) {
            finish = word.asText();
            add(new FinishDelta(FinishWords.reason(finish), finish));
        }
    }

    private VendorResult finished(String word) {
        if (FinishWords.reason(word) == FinishReason.ERROR) {
            var words = failure == null ? "the vendor ended the reply with " + word : failure;
            return new Unavailable(new VendorError(0, word, words), null);
        }
        return new Finished(usage, extras.values());
    }

    @Override
    public VendorResult whole(JsonNode reply) {
        extras.read(reply);
        usage = CohereUsage.of(reply.path("usage"));
        var message = reply.path("message");
        if (!message.isObject() || !reply.path("finish_reason").isTextual()) {
            return new Malformed(message.isObject() ? "finish_reason" : "message");
        }
        plan(message.path(PLAN));
        if (message.path("content").isTextual()) {
            text(message.path("content").asText(), Map.of());
        }
        message.path("content").forEach(part -> content(part, reply.path("logprobs")));
        message.path("citations").forEach(citation -> item("citation", citation));
        for (int i = 0; i < message.path("tool_calls").size(); i++) {
            var malformed = start(i, message.path("tool_calls").path(i));
            if (malformed != null) {
                return malformed;
            }
            end(i);
        }
        finish(reply.path("finish_reason"));
        return finished(reply.path("finish_reason").asText());
    }

    private void content(JsonNode part, JsonNode logprobs) {
        var extensions = logprobs.isContainerNode() && !logprobs.isEmpty()
                ? Map.of("logprobs", logprobs.toString())
                : Map.<String, String>of();
        var type = part.path("type").asText();
        if (part.has("text")) {
            text(part.path("text").asText(), extensions);
        } else if (part.has("thinking")) {
            var thought = part.path("thinking").asText();
            if (!thought.isEmpty()) {
                add(new ReasoningDelta(thought, null, null, null, false));
            }
        } else if (!type.isEmpty() && !type.equals("text") && !type.equals("thinking")) {
            item("content." + type, part);
        }
    }

    private void text(String text, Map<String, String> extensions) {
        if (!text.isEmpty()) {
            deltas.add(new Delta(0, new TextDelta(text, List.of()), extensions));
        }
    }

    private void plan(JsonNode plan) {
        if (!plan.asText("").isEmpty()) {
            var thought = new ReasoningDelta(plan.asText(), null, null, null, false);
            deltas.add(new Delta(0, thought, Map.of(PLAN_MARK, "true")));
        }
    }

    private @Nullable VendorResult start(int index, JsonNode call) {
        var function = call.path("function");
        if (!call.path("id").isTextual() || !function.path("name").isTextual() || calls.size() == MAX_CALLS) {
            return new Malformed("tool_calls[" + index + "]");
        }
        int number = calls.size();
        calls.put(index, number);
        var arguments = function.path("arguments").asText("");
        if (!arguments.isEmpty()) {
            argued.add(number);
        }
        add(new ToolCallDelta(
                number,
                call.path("id").asText(),
                function.path("name").asText(),
                arguments,
                call.path("type").asText("function"),
                null));
        return null;
    }

    private @Nullable VendorResult arguments(int index, JsonNode call) {
        var number = calls.get(index);
        if (number == null) {
            return new Malformed("a piece of a tool call that has not begun");
        }
        var arguments = call.path("function").path("arguments").asText("");
        if (!arguments.isEmpty()) {
            argued.add(number);
            add(new ToolCallDelta(number, null, null, arguments, null, null));
        }
        return null;
    }

    /** Arguments are a JSON object even when the vendor sends none. */
    private void end(int index) {
        var number = calls.get(index);
        if (number != null && argued.add(number)) {
            add(new ToolCallDelta(number, null, null, "{}", null, null));
        }
    }

    private void item(String type, JsonNode json) {
        add(new ItemDelta(DIALECT, type, json.toString()));
    }

    private void add(Object content) {
        deltas.add(new Delta(0, content, Map.of()));
    }

    @Override
    public List<Delta> take() {
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public Map<String, String> vendor() {
        return extras.values();
    }
}
