package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes embedding requests: {@code batchEmbedContents} of the Gemini API, {@code :predict} of Vertex AI.
 *
 * <p>Every part is an input of its own, unless several carry the same number as extension {@value #INPUT}: those are embedded together.
 *
 * @see <a href="https://ai.google.dev/api/embeddings">Embeddings</a>
 */
final class EmbeddingWriter {
    static final String INPUT = "input";

    private static final Map<String, String> INPUT_TYPES = Map.of(
            "query",
            "RETRIEVAL_QUERY",
            "search_query",
            "RETRIEVAL_QUERY",
            "document",
            "RETRIEVAL_DOCUMENT",
            "search_document",
            "RETRIEVAL_DOCUMENT",
            "classification",
            "CLASSIFICATION",
            "clustering",
            "CLUSTERING");

    private final boolean open;
    private final Problems problems;

    EmbeddingWriter(boolean open, Problems problems) {
        this.open = open;
        this.problems = problems;
    }

    ObjectNode batch(TaskInput task, String vendorModel) {
        var parameters = new Parameters(task, problems);
        var common = JsonNodeFactory.instance.objectNode();
        var type = taskType(parameters);
        if (type != null) {
            common.put("taskType", type);
        }
        copy(parameters, common, "title", "title");
        copy(parameters, common, "dimensions", "outputDimensionality");
        parameters.takeOnly("encoding_format", "float", "base64");
        parameters.rest(open, common);
        var body = JsonNodeFactory.instance.objectNode();
        var requests = body.putArray("requests");
        for (var input : inputs(task)) {
            var request = requests.addObject().put("model", "models/" + vendorModel);
            input.writeTo(request.putObject("content").putArray("parts"));
            request.setAll(common);
        }
        return body;
    }

    ObjectNode predict(TaskInput task) {
        var parameters = new Parameters(task, problems);
        var body = JsonNodeFactory.instance.objectNode();
        var instances = body.putArray("instances");
        var type = taskType(parameters);
        var title = parameters.take("title");
        for (int i = 0; i < task.getParts().size(); i++) {
            if (!(task.getParts().get(i).getContent() instanceof TextPart text)) {
                problems.add("parts[" + i + "]", "this model embeds text only");
                continue;
            }
            var instance = instances.addObject().put("content", text.getText());
            if (type != null) {
                instance.put("task_type", type);
            }
            if (title.isTextual()) {
                instance.set("title", title);
            }
        }
        var rest = JsonNodeFactory.instance.objectNode();
        copy(parameters, rest, "dimensions", "outputDimensionality");
        parameters.takeOnly("encoding_format", "float", "base64");
        parameters.rest(open, rest);
        if (!rest.isEmpty()) {
            body.set("parameters", rest);
        }
        return body;
    }

    private static void copy(Parameters parameters, ObjectNode into, String name, String vendorName) {
        var value = parameters.take(name, vendorName);
        if (!value.isMissingNode()) {
            into.set(vendorName, value);
        }
    }

    private static @Nullable String taskType(Parameters parameters) {
        var own = parameters.take("task_type", "taskType");
        var common = parameters.take("input_type");
        if (own.isTextual()) {
            return own.asText();
        }
        var word = common.asText("");
        return word.isEmpty() ? null : INPUT_TYPES.getOrDefault(word, word.toUpperCase(Locale.ROOT));
    }

    private record Input(@Nullable String number, List<ObjectNode> parts) {
        void writeTo(ArrayNode array) {
            parts.forEach(array::add);
        }
    }

    private List<Input> inputs(TaskInput task) {
        var inputs = new ArrayList<Input>();
        for (int i = 0; i < task.getParts().size(); i++) {
            var part = task.getParts().get(i);
            var written = part(part, "parts[" + i + "]");
            var number = part.getExtensions().get(INPUT);
            boolean joins = number != null
                    && !inputs.isEmpty()
                    && number.equals(inputs.getLast().number());
            if (!joins) {
                inputs.add(new Input(number, new ArrayList<>()));
            }
            if (written != null) {
                inputs.getLast().parts().add(written);
            }
        }
        return inputs;
    }

    private @Nullable ObjectNode part(Part part, String param) {
        return switch (part.getContent()) {
            case TextPart text -> JsonNodeFactory.instance.objectNode().put("text", text.getText());
            case MediaPart media -> new PartWriter(open, problems).media(media, param);
            default -> {
                problems.add(param, "cannot be embedded");
                yield null;
            }
        };
    }
}
