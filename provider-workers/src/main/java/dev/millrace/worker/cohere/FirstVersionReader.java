package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a reply of version 1, whose last event, {@code stream-end}, repeats the whole reply. Its tool calls have no ids; they get their
 * number as id.
 *
 * @see <a href="https://docs.cohere.com/v1/reference/chat-stream">Cohere, chat of version 1 with streaming</a>
 */
final class FirstVersionReader implements ChatReader {
    /** The conversation is the caller's own; the rest is read elsewhere. */
    private static final Set<String> NOT_EXTRA = Set.of(
            "event_type",
            "is_finished",
            "text",
            "chat_history",
            "finish_reason",
            "meta",
            "tool_calls",
            "citations",
            "response");

    private final VendorExtras extras;
    private List<Delta> deltas = new ArrayList<>();
    private @Nullable Usage usage;
    private int calls;

    FirstVersionReader(DecoderLimits limits) {
        this.extras = new VendorExtras(limits.maxVendorBytes(), NOT_EXTRA);
    }

    @Override
    public @Nullable VendorResult event(JsonNode event) {
        var type = event.path("event_type").asText();
        switch (type) {
            case "stream-start" -> extras.read(event);
            case "text-generation" -> text(event.path("text"));
            case "citation-generation" -> event.path("citations").forEach(it -> item("citation", it));
            case "tool-calls-generation" -> event.path("tool_calls").forEach(this::call);
            case "tool-calls-chunk" -> {}
            case "stream-end" -> {
                return end(event.path("response"), event.path("finish_reason"));
            }
            default -> {
                if (!event.isObject() || type.isEmpty()) {
                    return new Malformed("an event without a type");
                }
                item("event." + type, event);
            }
        }
        return null;
    }

    private VendorResult end(JsonNode response, JsonNode word) {
        extras.read(response);
        usage = CohereUsage.of(response.path("meta"));
        meta(response.path("meta"));
        return finish(word.isTextual() ? word : response.path("finish_reason"));
    }

    private void meta(JsonNode meta) {
        if (meta.path("warnings").isArray()) {
            extras.read(JsonNodeFactory.instance.objectNode().set("warnings", meta.path("warnings")));
        }
    }

    private VendorResult finish(JsonNode word) {
        if (!word.isTextual()) {
            return new Malformed("finish_reason");
        }
        var reason = FinishWords.reason(word.asText());
        add(new FinishDelta(reason, word.asText()));
        return reason == FinishReason.ERROR
                ? new Unavailable(
                        new VendorError(0, word.asText(), "the vendor ended the reply with " + word.asText()), null)
                : new Finished(usage, extras.values());
    }

    @Override
    public VendorResult done() {
        return new Truncated("[DONE] came before the end of the message");
    }

    @Override
    public VendorResult whole(JsonNode reply) {
        text(reply.path("text"));
        reply.path("citations").forEach(it -> item("citation", it));
        reply.path("tool_calls").forEach(this::call);
        return end(reply, reply.path("finish_reason"));
    }

    private void text(JsonNode text) {
        if (!text.asText("").isEmpty()) {
            add(new TextDelta(text.asText(), List.of()));
        }
    }

    private void call(JsonNode call) {
        add(new ToolCallDelta(
                calls,
                "call_" + calls,
                call.path("name").asText(),
                call.path("parameters").toString(),
                "function",
                null));
        calls++;
    }

    private void item(String type, JsonNode json) {
        add(new ItemDelta(MessageReader.DIALECT, type, json.toString()));
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
