package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Gemini generateContent; the first candidate. Output tokens are told apart from thoughts there. */
final class GeminiReader implements DialectReader {
    @Override
    public Said whole(JsonNode body) {
        return stream(List.of(body));
    }

    @Override
    public Said stream(List<JsonNode> events) {
        var said = new Said.Builder();
        for (var event : events) {
            for (var candidate : event.path("candidates")) {
                if (candidate.path("index").asInt() == 0) {
                    candidate.path("content").path("parts").forEach(part -> part(said, part));
                    said.refusal(candidate.path("finishMessage").asText(""));
                }
            }
            var usage = event.path("usageMetadata");
            if (usage.isObject()) {
                said.usage(
                        usage.path("promptTokenCount").asLong()
                                + usage.path("toolUsePromptTokenCount").asLong(),
                        usage.path("candidatesTokenCount").asLong()
                                + usage.path("thoughtsTokenCount").asLong());
            }
        }
        return said.build();
    }

    private static void part(Said.Builder said, JsonNode part) {
        if (part.has("functionCall")) {
            said.beginCall(part.path("functionCall").path("name").asText());
            said.arguments(
                    said.calls() - 1, part.path("functionCall").path("args").toString());
        } else if (!part.path("thought").asBoolean()) {
            said.text(part.path("text").asText(""));
        }
    }
}
