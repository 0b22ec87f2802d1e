package dev.millrace.worker.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
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

/** Reads a recorded response in the plainest way: a stream's pieces joined as they come, the last event's object for the rest. */
final class RawResponseReading {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> CALLS = Set.of("function_call", "custom_tool_call");

    final Reading reading = new Reading();
    final List<String> extras = new ArrayList<>();
    private JsonNode response = MissingNode.getInstance();
    private JsonNode error = MissingNode.getInstance();

    RawResponseReading(Recording recording) throws JsonProcessingException {
        var text = new String(recording.body(), StandardCharsets.UTF_8);
        if (recording.isStream()) {
            stream(text);
        } else {
            response = JSON.readTree(text);
            error = recording.status() < 300 ? response.path("error") : errorBody(response);
            if (recording.status() >= 300) {
                response = MissingNode.getInstance();
            }
        }
        if (response.path("output").isArray()) {
            if (!recording.isStream()) {
                content(response.path("output"));
            }
            calls(response.path("output"));
        }
        if (error.isMissingNode() || error.isNull()) {
            reading.choice(0).finish = response.path("status").asText();
            if (reading.choice(0).finish.equals("incomplete")) {
                reading.choice(0).finish =
                        response.path("incomplete_details").path("reason").asText();
            }
        }
        for (var name : List.of("id", "model", "created_at", "service_tier", "moderation", "tool_usage", "billing")) {
            if (response.hasNonNull(name)) {
                extras.add(name);
            }
        }
    }

    private static JsonNode errorBody(JsonNode body) {
        return body.path("error");
    }

    private void stream(String text) throws JsonProcessingException {
        for (var line : text.lines().toList()) {
            if (!line.startsWith("data:")) {
                continue;
            }
            var event = JSON.readTree(line.substring(5));
            var delta = event.path("delta").asText();
            switch (event.path("type").asText()) {
                case "response.output_text.delta" -> reading.choice(0).text += delta;
                case "response.refusal.delta" -> reading.choice(0).refusal += delta;
                case "response.reasoning_text.delta", "response.reasoning_summary_text.delta" ->
                    reading.choice(0).reasoning += delta;
                case "response.completed", "response.incomplete", "response.failed" ->
                    response = event.path("response");
                case "error" -> error = event.path("error");
                default -> {}
            }
        }
    }

    private void content(JsonNode output) {
        for (var item : output) {
            for (var part : item.path("summary")) {
                reading.choice(0).reasoning += part.path("text").asText();
            }
            for (var part : item.path("content")) {
                var said = part.path("text").asText();
                switch (part.path("type").asText()) {
                    case "reasoning_text" -> reading.choice(0).reasoning += said;
                    case "refusal" ->
                        reading.choice(0).refusal += part.path("refusal").asText();
                    default -> reading.choice(0).text += said;
                }
            }
        }
    }

    private void calls(JsonNode output) {
        for (var item : output) {
            if (CALLS.contains(item.path("type").asText())) {
                var call = new Reading.Call();
                call.id = item.path("call_id").asText();
                call.name = item.path("name").asText();
                call.arguments =
                        item.path(item.has("arguments") ? "arguments" : "input").asText();
                reading.choice(0).calls.add(call);
            }
        }
    }

    @Nullable
    Usage usage() {
        var usage = response.path("usage");
        if (!usage.isObject()) {
            return null;
        }
        return Usage.newBuilder()
                .setInputTokens(number(usage.path("input_tokens")))
                .setOutputTokens(number(usage.path("output_tokens")))
                .setCachedInputTokens(number(usage.at("/input_tokens_details/cached_tokens")))
                .setCacheWriteTokens(number(usage.at("/input_tokens_details/cache_write_tokens")))
                .setReasoningTokens(number(usage.at("/output_tokens_details/reasoning_tokens")))
                .setUnits(units())
                .setVendorJson(usage.toString())
                .build();
    }

    private Map<String, Long> units() {
        long searches = 0;
        for (var item : response.path("output")) {
            searches += item.path("type").asText().equals("web_search_call") ? 1 : 0;
        }
        var counted = response.at("/tool_usage/web_search/num_requests");
        searches = counted.isNumber() ? counted.asLong() : searches;
        var units = new HashMap<String, Long>();
        if (searches > 0) {
            units.put("searches", searches);
        }
        return units;
    }

    private static long number(JsonNode node) {
        return node.isNumber() ? node.asLong() : -1;
    }

    @Nullable
    String errorMessage() {
        if (error.isMissingNode() || error.isNull()) {
            return null;
        }
        return error.isTextual() ? error.asText() : error.path("message").asText();
    }
}
