package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a recorded body in the plainest way, as a whole message, to compare the decoder with. */
final class RawMessage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> NOT_EXTRA =
            Set.of("type", "role", "content", "usage", "stop_reason", "stop_sequence", "stop_details");

    ObjectNode message = JSON.createObjectNode();
    final ObjectNode usage = JSON.createObjectNode();

    /** The arguments of streamed calls as they were written, by the call's id. */
    private final Map<String, String> written = new HashMap<>();

    @Nullable
    String error;

    RawMessage(Recording recording) throws JsonProcessingException {
        var text = new String(recording.body(), StandardCharsets.UTF_8);
        if (!recording.isStream()) {
            read((ObjectNode) JSON.readTree(text));
            return;
        }
        for (var line : text.lines().toList()) {
            if (line.startsWith("data:")) {
                event(JSON.readTree(line.substring(5)));
            }
        }
    }

    RawMessage(ObjectNode whole) {
        read(whole);
    }

    private void read(ObjectNode whole) {
        if (whole.has("error")) {
            error = whole.path("error").path("message").asText();
        } else {
            message = whole;
            usage.setAll((ObjectNode) whole.path("usage"));
        }
    }

    private void event(JsonNode event) throws JsonProcessingException {
        switch (event.path("type").asText()) {
            case "message_start" -> {
                message = event.path("message").deepCopy();
                usage.setAll((ObjectNode) message.path("usage"));
            }
            case "content_block_start" ->
                ((ArrayNode) message.path("content"))
                        .add(event.path("content_block").deepCopy());
            case "content_block_delta" ->
                delta(
                        (ObjectNode)
                                message.path("content").path(event.path("index").asInt()),
                        event.path("delta"));
            case "content_block_stop" -> {
                var block = (ObjectNode)
                        message.path("content").path(event.path("index").asInt());
                var json = block.remove("json");
                if (json != null) {
                    block.set("input", JSON.readTree(json.asText()));
                    written.put(block.path("id").asText(), json.asText());
                }
            }
            case "message_delta" -> {
                message.setAll((ObjectNode) event.path("delta"));
                usage.setAll((ObjectNode) event.path("usage"));
            }
            default -> {}
        }
    }

    private static void delta(ObjectNode block, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> append(block, "text", delta.path("text").asText());
            case "thinking_delta" ->
                append(block, "thinking", delta.path("thinking").asText());
            case "signature_delta" ->
                append(block, "signature", delta.path("signature").asText());
            case "input_json_delta" -> {
                if (!delta.path("partial_json").asText().isEmpty()) {
                    append(block, "json", delta.path("partial_json").asText());
                }
            }
            case "citations_delta" -> block.withArrayProperty("citations").add(delta.path("citation"));
            default -> throw new IllegalStateException(delta.toString());
        }
    }

    private static void append(ObjectNode block, String member, String text) {
        block.put(member, block.path(member).asText("") + text);
    }

    /** Text, thinking, calls and finish word. */
    Reading reading() throws JsonProcessingException {
        var reading = new Reading();
        if (error != null) {
            return reading;
        }
        var choice = reading.choice(0);
        choice.finish = message.path("stop_reason").asText();
        for (var block : message.path("content")) {
            switch (block.path("type").asText()) {
                case "text" -> choice.text += block.path("text").asText();
                case "thinking" -> choice.reasoning += block.path("thinking").asText();
                case "tool_use" -> {
                    var call = new Reading.Call();
                    call.id = block.path("id").asText();
                    call.name = block.path("name").asText();
                    call.arguments =
                            written.getOrDefault(call.id, block.path("input").toString());
                    choice.calls.add(call);
                }
                default -> {}
            }
        }
        return reading;
    }

    /** Signatures, redacted data, citations and blocks without a common word, in their order. */
    List<String> beside() {
        var list = new ArrayList<String>();
        for (var block : message.path("content")) {
            switch (block.path("type").asText()) {
                case "text" -> block.path("citations").forEach(citation -> list.add("citation " + citation));
                case "thinking" -> {
                    if (!block.path("signature").asText().isEmpty()) {
                        list.add("signature " + block.path("signature").asText());
                    }
                }
                case "redacted_thinking" ->
                    list.add("redacted " + block.path("data").asText());
                case "tool_use" -> {}
                default -> list.add(block.path("type").asText() + " " + block);
            }
        }
        return list;
    }

    List<String> extras() {
        var names = new ArrayList<String>();
        message.properties().forEach(member -> {
            if (!NOT_EXTRA.contains(member.getKey()) && !member.getValue().isNull()) {
                names.add(member.getKey());
            }
        });
        return names;
    }

    @Nullable
    Usage usage() {
        if (usage.isEmpty()) {
            return null;
        }
        long read = number(usage.path("cache_read_input_tokens"));
        long written = number(usage.path("cache_creation_input_tokens"));
        Map<String, Long> units = new HashMap<>();
        unit(units, "searches", usage.path("server_tool_use").path("web_search_requests"));
        unit(units, "cache-write-1h", usage.path("cache_creation").path("ephemeral_1h_input_tokens"));
        return Usage.newBuilder()
                .setInputTokens(usage.path("input_tokens").asLong() + Math.max(0, read) + Math.max(0, written))
                .setOutputTokens(usage.path("output_tokens").asLong())
                .setCachedInputTokens(read)
                .setCacheWriteTokens(written)
                .setReasoningTokens(number(usage.path("output_tokens_details").path("thinking_tokens")))
                .setUnits(units)
                .setVendorJson(usage.toString())
                .build();
    }

    private static void unit(Map<String, Long> units, String name, JsonNode count) {
        if (count.asLong() > 0) {
            units.put(name, count.asLong());
        }
    }

    private static long number(JsonNode node) {
        return node.isNumber() ? node.asLong() : -1;
    }
}
