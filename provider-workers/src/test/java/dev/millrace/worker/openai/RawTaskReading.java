package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.provider.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a recorded body of an operation that is not a chat in the plainest way, to compare the decoders with. */
final class RawTaskReading {
    private static final ObjectMapper JSON = new ObjectMapper();

    final TaskReading reading = new TaskReading();

    @Nullable
    JsonNode usage;

    @Nullable
    String error;

    RawTaskReading(Recording recording) {
        var body = new String(recording.body(), StandardCharsets.UTF_8);
        var type = recording.headers().getOrDefault("content-type", "");
        if (type.startsWith("audio/")) {
            reading.bytes(0, recording.body());
            reading.ended.add(0);
        } else if (type.startsWith("text/plain")) {
            reading.text(0, body);
        } else if (recording.isStream()) {
            body.lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> json(line.substring(6)))
                    .forEach(event -> event(recording, event));
        } else {
            whole(recording, json(body));
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void event(Recording recording, JsonNode event) {
        usage = event.path("usage").isObject() ? event.path("usage") : usage;
        for (var choice : event.path("choices")) {
            reading.text(0, choice.path("text").asText());
            if (choice.hasNonNull("finish_reason")) {
                reading.finishes.put(0, choice.path("finish_reason").asText());
            }
        }
        switch (event.path("type").asText()) {
            case "transcript.text.delta" -> reading.text(0, event.path("delta").asText());
            case "transcript.text.segment" -> reading.item("openai", "transcription.segments", "[" + event + "]");
            case "transcript.text.done" -> {
                reading.text.clear();
                reading.text(0, event.path("text").asText());
                reading.item(recording.vendor(), "transcription.raw", event.toString());
            }
            default -> {}
        }
    }

    private void whole(Recording recording, JsonNode body) {
        if (recording.status() >= 400) {
            error = body.has("detail")
                    ? body.path("detail").asText()
                    : body.path("error").path("message").asText();
            return;
        }
        usage = body.path("usage").isObject() ? body.path("usage") : null;
        switch (recording.api()) {
            case "embeddings" -> embeddings(recording, body);
            case "images", "image-edit" -> images(body);
            case "speech" -> {
                reading.bytes(
                        0, Base64.getDecoder().decode(body.path("audio_data").asText()));
                reading.ended.add(0);
            }
            case "transcription" -> transcription(recording, body);
            case "moderation" ->
                body.path("results").forEach(result -> reading.item("openai", "moderation.result", result.toString()));
            case "rerank" -> rerank(body);
            default -> throw new AssertionError(recording.api());
        }
    }

    private void embeddings(Recording recording, JsonNode body) {
        if (body.has("embedding")) {
            reading.vectors.put(0, floats(recording, body.path("embedding")));
        }
        for (var entry : body.path("data")) {
            reading.vectors.put(entry.path("index").asInt(), floats(recording, entry.path("embedding")));
        }
    }

    private static List<Float> floats(Recording recording, JsonNode vector) {
        var values = new ArrayList<Float>();
        vector.forEach(value -> values.add((float) value.asDouble()));
        if (vector.isTextual()) {
            var bytes =
                    ByteBuffer.wrap(Base64.getDecoder().decode(vector.asText())).order(ByteOrder.LITTLE_ENDIAN);
            boolean single = recording.vendor().equals("perplexity");
            while (bytes.hasRemaining()) {
                values.add(single ? (float) bytes.get() : bytes.getFloat());
            }
        }
        return values;
    }

    private void images(JsonNode body) {
        int index = 0;
        for (var image : body.path("data")) {
            if (image.has("b64_json")) {
                reading.bytes(
                        index, Base64.getDecoder().decode(image.path("b64_json").asText()));
            } else {
                reading.urls.put(index, image.path("url").asText());
            }
            reading.ended.add(index++);
        }
    }

    private void transcription(Recording recording, JsonNode body) {
        reading.text(0, body.path("text").asText());
        for (var name : List.of("language", "duration", "segments", "words")) {
            var value = body.path(name);
            if (!value.isMissingNode() && !value.isNull() && !(value.isArray() && value.isEmpty())) {
                var shaped = value.deepCopy();
                shaped.forEach(word -> {
                    if (name.equals("words") && word instanceof ObjectNode object && object.has("text")) {
                        var members = object.deepCopy();
                        object.removeAll();
                        object.set("word", members.remove("text"));
                        object.setAll(members);
                    }
                });
                reading.item("openai", "transcription." + name, shaped.toString());
            }
        }
        reading.item(recording.vendor(), "transcription.raw", body.toString());
    }

    private void rerank(JsonNode body) {
        for (var result : body.has("results") ? body.path("results") : body.path("data")) {
            var ranked = JSON.createObjectNode();
            ranked.set("index", result.path("index"));
            ranked.set("relevance_score", result.path("relevance_score"));
            if (!result.path("document").isEmpty()) {
                ranked.set("document", result.path("document"));
            }
            reading.item("cohere", "rerank.result", ranked.toString());
        }
    }

    /** Counts of the reply, as {@code name=value}; those the vendor did not give are left out. */
    List<String> counts() {
        var counts = new ArrayList<String>();
        if (usage == null) {
            return counts;
        }
        for (var name : List.of("prompt_tokens", "input_tokens")) {
            if (usage.path(name).isNumber()) {
                counts.add("input=" + usage.path(name).asLong());
            }
        }
        if (counts.isEmpty() && usage.path("total_tokens").isNumber()) {
            counts.add("input=" + usage.path("total_tokens").asLong());
        }
        for (var name : List.of("completion_tokens", "output_tokens")) {
            if (usage.path(name).isNumber()) {
                counts.add("output=" + usage.path(name).asLong());
            }
        }
        return counts;
    }
}
