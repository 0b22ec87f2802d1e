package dev.millrace.worker.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a recorded body of the dialect in the plainest way, to compare the decoder with. */
final class RawGeminiReading {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Reading reading = new Reading();
    final Set<String> extras = new LinkedHashSet<>();
    final List<String> signatures = new ArrayList<>();
    final List<String> items = new ArrayList<>();
    int mediaBytes;
    int vectorValues;

    @Nullable
    JsonNode usage;

    @Nullable
    String error;

    private final Map<Integer, ObjectNode> partial = new HashMap<>();
    private String responseId = "";
    private int queries;
    private boolean gemini3;

    RawGeminiReading(Recording recording) throws JsonProcessingException {
        var text = new String(recording.body(), StandardCharsets.UTF_8);
        if (!recording.isStream()) {
            object(JSON.readTree(text));
            return;
        }
        for (var line : text.lines().toList()) {
            if (line.startsWith("data:")) {
                object(JSON.readTree(line.substring(5)));
            }
        }
    }

    private void object(JsonNode object) {
        if (object.has("error")) {
            error = object.path("error").path("message").asText();
            return;
        }
        if (object.path("usageMetadata").has("promptTokenCount")) {
            usage = object.path("usageMetadata");
        }
        responseId = object.path("responseId").asText();
        gemini3 |= object.path("modelVersion").asText().startsWith("gemini-3");
        for (var name : List.of("responseId", "modelVersion", "createTime", "metadata")) {
            if (object.has(name)) {
                extras.add(name);
            }
        }
        for (var embedding : object.path("embeddings")) {
            vectorValues += embedding.path("values").size();
        }
        for (var prediction : object.path("predictions")) {
            vectorValues += prediction.path("embeddings").path("values").size();
        }
        for (var candidate : object.path("candidates")) {
            candidate(candidate);
        }
    }

    private void candidate(JsonNode candidate) {
        int index = candidate.path("index").asInt();
        var choice = reading.choice(index);
        for (var part : candidate.path("content").path("parts")) {
            if (part.has("thoughtSignature")) {
                signatures.add(part.path("thoughtSignature").asText());
            }
            if (part.has("functionCall")) {
                call(index, choice, part.path("functionCall"));
            } else if (part.has("text")) {
                if (part.path("thought").asBoolean()) {
                    choice.reasoning += part.path("text").asText();
                } else {
                    choice.text += part.path("text").asText();
                }
            } else if (part.has("inlineData")) {
                mediaBytes += java.util.Base64.getDecoder()
                        .decode(part.path("inlineData").path("data").asText())
                        .length;
            } else {
                items.add(part.toString());
            }
        }
        for (var name : List.of(
                "groundingMetadata", "urlContextMetadata", "safetyRatings", "citationMetadata", "avgLogprobs")) {
            if (candidate.has(name)
                    && !(candidate.path(name).isContainerNode()
                            && candidate.path(name).isEmpty())) {
                items.add(candidate.path(name).toString());
            }
        }
        queries = Math.max(
                queries,
                candidate.path("groundingMetadata").path("webSearchQueries").size());
        if (candidate.has("finishReason")) {
            choice.finish = candidate.path("finishReason").asText();
        }
    }

    /** The recorded streams of pieces hold only texts one level deep. */
    private void call(int index, Reading.Choice choice, JsonNode call) {
        if (call.has("name")) {
            var read = new Reading.Call();
            int number = choice.calls.size();
            var safe = responseId.substring(0, Math.min(24, responseId.length()));
            read.id = call.has("id") ? call.path("id").asText() : "gcall_" + safe + "_" + number;
            read.name = call.path("name").asText();
            choice.calls.add(read);
            partial.put(index, JSON.createObjectNode());
        }
        var arguments = partial.computeIfAbsent(index, _ -> JSON.createObjectNode());
        if (call.path("args") instanceof ObjectNode whole) {
            arguments.setAll(whole);
        }
        for (var piece : call.path("partialArgs")) {
            var name = piece.path("jsonPath").asText().substring(2);
            arguments.put(
                    name,
                    arguments.path(name).asText() + piece.path("stringValue").asText());
        }
        choice.calls.getLast().arguments = arguments.toString();
    }

    @Nullable
    Usage usage(Recording recording) throws JsonProcessingException {
        if (recording.api().equals("embeddings") && recording.vendor().equals("vertex")) {
            var predictions = JSON.readTree(new String(recording.body(), StandardCharsets.UTF_8))
                    .path("predictions");
            long tokens = 0;
            for (var prediction : predictions) {
                tokens += prediction
                        .path("embeddings")
                        .path("statistics")
                        .path("token_count")
                        .asLong();
            }
            return Usage.newBuilder().setInputTokens(tokens).setOutputTokens(0).build();
        }
        if (usage == null) {
            return null;
        }
        long thoughts = usage.path("thoughtsTokenCount").asLong(-1);
        var units = new HashMap<String, Long>();
        if (queries > 0) {
            units.put("searches", gemini3 ? (long) queries : 1L);
        }
        if (modality("IMAGE", "candidatesTokensDetails") > 0) {
            units.put("image-output", modality("IMAGE", "candidatesTokensDetails"));
        }
        return Usage.newBuilder()
                .setInputTokens(usage.path("promptTokenCount").asLong()
                        + usage.path("toolUsePromptTokenCount").asLong(0))
                .setOutputTokens(usage.path("candidatesTokenCount").asLong(0) + Math.max(0, thoughts))
                .setReasoningTokens(thoughts)
                .setCachedInputTokens(usage.path("cachedContentTokenCount").asLong(-1))
                .setAudioInputTokens(modality("AUDIO", "promptTokensDetails", "promptTokenDetails"))
                .setImageInputTokens(modality("IMAGE", "promptTokensDetails", "promptTokenDetails"))
                .setAudioOutputTokens(modality("AUDIO", "candidatesTokensDetails"))
                .setUnits(units)
                .setVendorJson(usage.toString())
                .build();
    }

    private long modality(String modality, String... lists) {
        var counted = Objects.requireNonNull(usage);
        for (var list : lists) {
            for (var detail : counted.path(list)) {
                if (detail.path("modality").asText().equals(modality)) {
                    return detail.path("tokenCount").asLong();
                }
            }
        }
        return -1;
    }
}
