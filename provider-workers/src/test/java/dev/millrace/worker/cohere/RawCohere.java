package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a recorded body in the plainest way, to compare the decoder with. */
final class RawCohere {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Reading reading = new Reading();
    final List<String> extras = new ArrayList<>();
    final List<String> citations = new ArrayList<>();

    private final Map<Integer, Reading.Call> calls = new HashMap<>();

    @Nullable
    JsonNode usage;

    @Nullable
    String error;

    RawCohere(Recording recording) throws IOException {
        var text = new String(recording.body(), StandardCharsets.UTF_8);
        if (recording.status() >= 300) {
            error = JSON.readTree(text).path("message").asText();
        } else if (text.startsWith("event:")) {
            for (var line : text.lines().toList()) {
                if (line.startsWith("data: {")) {
                    event(JSON.readTree(line.substring(6)));
                }
            }
        } else if (recording.folder().resolve("response.jsonl").toFile().exists()) {
            for (var line : text.lines().toList()) {
                first(JSON.readTree(line));
            }
        } else {
            whole(JSON.readTree(text));
        }
    }

    private void whole(JsonNode reply) {
        var choice = reading.choice(0);
        usage = reply.has("meta") ? reply.path("meta") : reply.path("usage");
        choice.finish = reply.path("finish_reason").asText();
        choice.text = reply.path("text").asText();
        extras.add(reply.has("id") ? "id" : "generation_id");
        var message = reply.path("message");
        choice.reasoning = message.path("tool_plan").asText();
        for (var part : message.path("content")) {
            choice.text += part.path("text").asText();
            choice.reasoning += part.path("thinking").asText();
        }
        message.path("tool_calls").forEach(call -> choice.calls.add(call(call)));
        message.path("citations").forEach(citation -> citations.add(citation.toString()));
    }

    private static Reading.Call call(JsonNode node) {
        var call = new Reading.Call();
        call.id = node.path("id").asText();
        call.name = node.path("function").path("name").asText();
        call.arguments = node.path("function").path("arguments").asText();
        return call;
    }

    private void event(JsonNode event) {
        var choice = reading.choice(0);
        var delta = event.path("delta");
        var message = delta.path("message");
        int index = event.path("index").asInt();
        choice.text += message.path("content").path("text").asText();
        choice.reasoning += message.path("content").path("thinking").asText();
        switch (event.path("type").asText()) {
            case "message-start" -> extras.add("id");
            case "tool-plan-delta" ->
                choice.reasoning += message.path("tool_plan").asText();
            case "tool-call-start" -> {
                calls.put(index, call(message.path("tool_calls")));
                choice.calls.add(calls.get(index));
            }
            case "tool-call-delta" ->
                Objects.requireNonNull(calls.get(index)).arguments += message.path("tool_calls")
                        .path("function")
                        .path("arguments")
                        .asText();
            case "citation-start" -> citations.add(message.path("citations").toString());
            case "message-end" -> {
                choice.finish = delta.path("finish_reason").asText();
                usage = delta.path("usage");
                calls.values().stream().filter(call -> call.arguments.isEmpty()).forEach(call -> call.arguments = "{}");
            }
            default -> {}
        }
    }

    /** Version 1. */
    private void first(JsonNode event) {
        var choice = reading.choice(0);
        if (event.path("event_type").asText().equals("stream-end")) {
            choice.finish = event.path("finish_reason").asText();
            usage = event.path("response").path("meta");
            extras.add("generation_id");
        } else {
            choice.text += event.path("text").asText();
        }
    }

    @Nullable
    Usage usage() {
        if (usage == null || !usage.has("billed_units")) {
            return null;
        }
        var billed = usage.path("billed_units");
        var tokens = usage.path("tokens");
        long input = billed.path("input_tokens").asLong(-1);
        long cached = usage.path("cached_tokens").asLong(-1);
        long images =
                tokens.path("image_tokens").asLong(billed.path("image_tokens").asLong(-1));
        var units = billed.has("search_units")
                ? Map.of("searches", billed.path("search_units").asLong())
                : Map.<String, Long>of();
        return Usage.newBuilder()
                .setInputTokens(input)
                .setOutputTokens(billed.path("output_tokens").asLong(-1))
                .setCachedInputTokens(cached > input ? -1 : cached)
                .setReasoningTokens(tokens.path("reasoning_tokens").asLong(-1))
                .setImageInputTokens(images)
                .setUnits(units)
                .setVendorJson(usage.toString())
                .build();
    }
}
