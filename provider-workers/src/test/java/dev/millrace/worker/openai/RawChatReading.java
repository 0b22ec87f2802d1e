package dev.millrace.worker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a recorded body of the chat dialect in the plainest way, to compare the decoder with. */
final class RawChatReading {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> NOT_EXTRA = Set.of("choices", "usage", "object", "error", "obfuscation", "p");

    final Reading reading = new Reading();
    final List<String> extras = new ArrayList<>();

    @Nullable
    JsonNode usage;

    @Nullable
    JsonNode error;

    RawChatReading(Recording recording) throws JsonProcessingException {
        var text = new String(recording.body(), StandardCharsets.UTF_8);
        if (!recording.isStream()) {
            object(JSON.readTree(text), "message");
            return;
        }
        for (var line : text.lines().toList()) {
            if (line.startsWith("data:") && !line.contains("[DONE]")) {
                object(JSON.readTree(line.substring(5)), "delta");
            }
        }
        reading.choices().values().forEach(choice -> choice.calls.removeIf(call -> call.name.isEmpty()));
    }

    private void object(JsonNode object, String member) {
        if (object.hasNonNull("error")) {
            error = error == null ? object.path("error") : error;
        } else if (object.has("detail")) {
            error = object.path("detail");
        }
        if (object.path("usage").isObject()) {
            usage = object.path("usage");
        } else if (object.path("x_groq").path("usage").isObject()) {
            usage = object.path("x_groq").path("usage");
        }
        object.properties().forEach(entry -> {
            boolean said = !entry.getValue().isNull()
                    && !entry.getValue().asText("x").isEmpty()
                    && !(entry.getKey().equals("created") && entry.getValue().asInt() == 0);
            if (said && !NOT_EXTRA.contains(entry.getKey())) {
                extras.add(entry.getKey());
            }
        });
        for (var choice : object.path("choices")) {
            choice(reading.choice(choice.path("index").asInt()), choice, choice.path(member));
        }
    }

    private static void choice(Reading.Choice into, JsonNode choice, JsonNode message) {
        if (choice.path("finish_reason").isTextual() && into.finish.isEmpty()) {
            into.finish = choice.path("finish_reason").asText();
        }
        var content = message.path("content");
        if (content.isTextual()) {
            into.text += content.asText();
        }
        for (var part : content) {
            into.text += part.path("text").asText("");
            for (var thought : part.path("thinking")) {
                into.reasoning += thought.path("text").asText("");
            }
        }
        into.reasoning += message.path("reasoning_content").asText("").isEmpty()
                        || message.path("reasoning_content").isNull()
                ? text(message.path("reasoning"))
                : message.path("reasoning_content").asText();
        into.refusal += text(message.path("refusal"));
        int position = 0;
        for (var call : message.path("tool_calls")) {
            call(into, call, call.has("index") ? call.path("index").asInt() : position);
            position++;
        }
    }

    private static void call(Reading.Choice into, JsonNode call, int index) {
        while (into.calls.size() <= index) {
            into.calls.add(new Reading.Call());
        }
        var target = into.calls.get(index);
        var id = call.path("id").asText("");
        if (!target.id.isEmpty() && !id.isEmpty() && !target.id.equals(id)) {
            // Cerebras sends parallel calls one after the other under the same index.
            target = new Reading.Call();
            into.calls.add(target);
        }
        target.id = target.id.isEmpty() ? id : target.id;
        target.name = target.name.isEmpty() ? call.path("function").path("name").asText("") : target.name;
        target.arguments += call.path("function").path("arguments").asText("");
    }

    private static String text(JsonNode node) {
        return node.isTextual() ? node.asText() : "";
    }

    @Nullable
    Usage usage(String vendor) {
        if (usage == null) {
            return null;
        }
        var in = usage.path("prompt_tokens_details");
        var out = usage.path("completion_tokens_details");
        long reasoning = number(out.path("reasoning_tokens"), usage.path("reasoning_tokens"));
        long output = usage.path("completion_tokens").asLong();
        if (vendor.equals("xai")) {
            output += Math.max(0, reasoning);
        }
        long seconds = number(usage.path("prompt_audio_seconds"));
        return Usage.newBuilder()
                .setInputTokens(usage.path("prompt_tokens").asLong())
                .setOutputTokens(output)
                .setReasoningTokens(reasoning)
                .setCachedInputTokens(number(
                        in.path("cached_tokens"), usage.path("prompt_cache_hit_tokens"), usage.path("cached_tokens")))
                .setCacheWriteTokens(number(in.path("cache_write_tokens"), usage.path("cache_creation_input_tokens")))
                .setAudioInputTokens(number(in.path("audio_tokens"), usage.path("audio_prompt_tokens")))
                .setAudioOutputTokens(number(out.path("audio_tokens")))
                .setImageInputTokens(number(in.path("image_tokens")))
                .setMediaMillis(seconds < 0 ? -1 : seconds * 1000)
                .setUnits(units(usage))
                .setVendorJson(usage.toString())
                .build();
    }

    private static Map<String, Long> units(JsonNode usage) {
        var units = new LinkedHashMap<String, Long>();
        var searches = usage.path("server_tool_use_details")
                .path("web_search_requests")
                .asLong();
        if (searches > 0) {
            units.put("searches", searches);
        }
        if (usage.path("num_sources_used").asLong() > 0) {
            units.put("sources", usage.path("num_sources_used").asLong());
        }
        return units;
    }

    private static long number(JsonNode... nodes) {
        for (var node : nodes) {
            if (node.isNumber()) {
                return node.asLong();
            }
        }
        return -1;
    }

    @Nullable
    String errorMessage() {
        if (error == null) {
            return null;
        }
        if (error.isTextual()) {
            return error.asText();
        }
        var raw = error.path("metadata").path("raw").asText("");
        return error.path("message").asText() + (raw.isEmpty() ? "" : ": " + raw);
    }
}
