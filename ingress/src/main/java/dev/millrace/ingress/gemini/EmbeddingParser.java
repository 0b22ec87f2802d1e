package dev.millrace.ingress.gemini;

import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code embedContent} and {@code batchEmbedContents}. Parts of one content are embedded together: they carry the number of their input as
 * extension {@code input}. Settings hold for a whole batch: one that differs between its requests is refused.
 */
final class EmbeddingParser {
    private static final int MAX_WORD_CHARS = 1024;
    private static final int MAX_REQUESTS = 4096;
    private static final int MAX_PARTS = 64;

    private EmbeddingParser() {}

    static TaskInput one(JsonObject body) {
        var parts = new ArrayList<Part>();
        var parameters = request(body, 0, parts);
        return task(parts, parameters);
    }

    static TaskInput batch(JsonObject body) {
        var requests = body.requiredValue("requests").array(MAX_REQUESTS);
        var parts = new ArrayList<Part>();
        Map<String, String> common = Map.of();
        for (int i = 0; i < requests.size(); i++) {
            var request = requests.get(i).object();
            var parameters = request(request, i, parts);
            if (i > 0 && !parameters.equals(common)) {
                throw Mistake.invalid(
                        request.path(),
                        "Invalid '" + request.path() + "': all requests of a batch must have the same settings.");
            }
            common = parameters;
        }
        var all = new HashMap<>(common);
        all.putAll(body.rest());
        return task(parts, all);
    }

    private static TaskInput task(List<Part> parts, Map<String, String> parameters) {
        if (parts.isEmpty()) {
            throw Mistake.invalid("content", "Missing required parameter: 'content'.");
        }
        return TaskInput.newBuilder().setParts(parts).setParameters(parameters).build();
    }

    private static Map<String, String> request(JsonObject request, int number, List<Part> into) {
        request.string("model", MAX_WORD_CHARS);
        var content = request.requiredObject("content");
        content.string("role", MAX_WORD_CHARS);
        var parts = content.requiredValue("parts").array(MAX_PARTS);
        for (var value : parts) {
            var part = value.object();
            var parsed = part.has("text")
                    ? new Part(new TextPart(part.requiredString("text", Integer.MAX_VALUE)), new HashMap<>(part.rest()))
                    : PartParser.media(part);
            if (parts.size() > 1) {
                var extensions = new HashMap<>(parsed.getExtensions());
                extensions.put("input", Integer.toString(number));
                parsed = new Part(parsed.getContent(), extensions);
            }
            into.add(parsed);
        }
        var parameters = new HashMap<String, String>();
        rename(request, "outputDimensionality", "dimensions", parameters);
        rename(request, "taskType", "task_type", parameters);
        rename(request, "title", "title", parameters);
        parameters.putAll(request.rest());
        return parameters;
    }

    private static void rename(JsonObject request, String name, String common, Map<String, String> into) {
        var value = request.value(name);
        if (value != null) {
            into.put(common, value.json());
        }
    }
}
