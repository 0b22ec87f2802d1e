package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The scripted vendor's answers that can be streamed, and text completions. */
final class LocalTaskEvents {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private LocalTaskEvents() {}

    /** The frames of a stream; none where the path has no stream. */
    static List<String> of(String path, LocalBody body) {
        return switch (path) {
            case "/completions" -> completions(body.request());
            case "/audio/transcriptions", "/audio/translations" -> transcript(body);
            case "/images/generations", "/images/edits" -> pictures(path, body);
            default -> List.of();
        };
    }

    private static List<String> transcript(LocalBody body) {
        var whole = LocalSounds.transcript(body);
        var frames = new ArrayList<String>();
        for (var word : Words.split(whole.path("text").asText())) {
            frames.add(
                    typed(JSON.objectNode().put("type", "transcript.text.delta").put("delta", word)));
        }
        var done = JSON.objectNode().put("type", "transcript.text.done");
        done.put("text", whole.path("text").asText());
        done.set("usage", whole.path("usage"));
        frames.add(typed(done));
        frames.add("data: [DONE]\n\n");
        return frames;
    }

    private static List<String> pictures(String path, LocalBody body) {
        var prefix = path.endsWith("edits") ? "image_edit" : "image_generation";
        var whole = LocalPictures.answer(body);
        var frames = new ArrayList<String>();
        int previews = Math.clamp(body.request().path("partial_images").asInt(0), 0, 3);
        for (var picture : whole.path("data")) {
            for (int i = 0; i < previews; i++) {
                frames.add(typed(event(prefix + ".partial_image", picture).put("partial_image_index", i)));
            }
            var completed = event(prefix + ".completed", picture).put("output_format", "png");
            completed.set("usage", whole.path("usage"));
            frames.add(typed(completed));
        }
        return frames;
    }

    private static ObjectNode event(String type, JsonNode picture) {
        return JSON.objectNode()
                .put("type", type)
                .put("b64_json", picture.path("b64_json").asText());
    }

    private static String typed(ObjectNode event) {
        return "event: " + event.path("type").asText() + "\ndata: " + event + "\n\n";
    }

    /** A text completion that repeats the prompt. */
    static ObjectNode completion(JsonNode request) {
        var answer = envelope(request);
        var choices = answer.putArray("choices");
        var prompts = prompts(request);
        int words = 0;
        for (int i = 0; i < prompts.size(); i++) {
            words += Words.count(prompts.get(i));
            choices.addObject().put("text", prompts.get(i)).put("index", i).put("finish_reason", "stop");
        }
        answer.set("usage", usage(words));
        return answer;
    }

    private static List<String> completions(JsonNode request) {
        var frames = new ArrayList<String>();
        var prompts = prompts(request);
        int words = 0;
        for (int i = 0; i < prompts.size(); i++) {
            for (var word : Words.split(prompts.get(i))) {
                words++;
                frames.add(chunk(request, i, word, false));
            }
            frames.add(chunk(request, i, "", true));
        }
        if (request.path("stream_options").path("include_usage").asBoolean()) {
            var last = envelope(request);
            last.putArray("choices");
            last.set("usage", usage(words));
            frames.add("data: " + last + "\n\n");
        }
        frames.add("data: [DONE]\n\n");
        return frames;
    }

    private static String chunk(JsonNode request, int index, String text, boolean last) {
        var chunk = envelope(request);
        chunk.putArray("choices")
                .addObject()
                .put("text", text)
                .put("index", index)
                .put("finish_reason", last ? "stop" : null);
        return "data: " + chunk + "\n\n";
    }

    private static List<String> prompts(JsonNode request) {
        var prompt = request.path("prompt");
        var prompts = new ArrayList<String>();
        if (prompt.isArray() && prompt.path(0).isTextual()) {
            prompt.forEach(one -> prompts.add(one.asText()));
        } else {
            prompts.add(prompt.isTextual() ? prompt.asText() : prompt.toString());
        }
        return prompts;
    }

    private static ObjectNode usage(int words) {
        return JSON.objectNode()
                .put("prompt_tokens", words)
                .put("completion_tokens", words)
                .put("total_tokens", 2 * words);
    }

    private static ObjectNode envelope(JsonNode request) {
        return JSON.objectNode()
                .put("id", "cmpl-local")
                .put("object", "text_completion")
                .put("created", 0)
                .put("model", request.path("model").asText());
    }
}
