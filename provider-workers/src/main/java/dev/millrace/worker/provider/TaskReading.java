package dev.millrace.worker.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.VectorDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What vendors of embeddings and reranking have in common, whatever their names for it. Pure. */
public final class TaskReading {
    private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(JsonNode.class);

    private TaskReading() {}

    /** A parameter's value; null when it is not there, or is no JSON. */
    public static @Nullable JsonNode parameter(TaskInput task, String name) {
        var json = task.getParameters().get(name);
        try {
            JsonNode node = json == null ? null : JSON.readTree(json);
            return node == null || node.isMissingNode() || node.isNull() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** The texts of all parts; null when one of them is no text. */
    public static @Nullable List<String> texts(List<Part> parts) {
        var texts = new ArrayList<String>();
        for (var part : parts) {
            if (!(part.getContent() instanceof TextPart text)) {
                return null;
            }
            texts.add(text.getText());
        }
        return texts;
    }

    /** Whether any part is media. */
    public static boolean hasMedia(List<Part> parts) {
        return parts.stream().anyMatch(part -> part.getContent() instanceof MediaPart);
    }

    /** Vectors of a list of lists of numbers, numbered from {@code first}; null when it is something else, or empty. */
    public static @Nullable List<Delta> vectors(JsonNode lists, int first) {
        if (!lists.isArray() || lists.isEmpty()) {
            return null;
        }
        var deltas = new ArrayList<Delta>(lists.size());
        for (var list : lists) {
            var vector = vector(list, first + deltas.size());
            if (vector == null) {
                return null;
            }
            deltas.add(vector);
        }
        return deltas;
    }

    /** One vector; null when it is no list of numbers. */
    public static @Nullable Delta vector(JsonNode list, int index) {
        if (!list.isArray() || list.isEmpty()) {
            return null;
        }
        var values = new ArrayList<Float>(list.size());
        for (var value : list) {
            if (!value.isNumber()) {
                return null;
            }
            values.add(value.floatValue());
        }
        return new Delta(index, new VectorDelta(values), Map.of());
    }

    /**
     * Results of a reranking in the vendor's order, in the common form; null when it is no list of them. With {@code return_documents} each
     * has its document, from what was asked.
     *
     * @param score the vendor's name of the score
     */
    public static @Nullable List<Delta> ranking(JsonNode results, String score, TaskInput task) {
        var asked = ranking(task);
        var wanted = parameter(task, "return_documents");
        if (!results.isArray() || asked == null) {
            return null;
        }
        var deltas = new ArrayList<Delta>(results.size());
        for (var result : results) {
            int index = result.path("index").asInt(-1);
            if (index < 0
                    || index >= asked.documents().size()
                    || !result.path(score).isNumber()) {
                return null;
            }
            var item = JsonNodeFactory.instance.objectNode();
            item.set("index", result.path("index"));
            item.set("relevance_score", result.path(score));
            if (wanted != null && wanted.asBoolean()) {
                item.putObject("document").put("text", asked.documents().get(index));
            }
            deltas.add(new Delta(0, new ItemDelta("cohere", "rerank.result", item.toString()), Map.of()));
        }
        return deltas;
    }

    /** Query and documents of a reranking. */
    public record Ranking(String query, List<String> documents) {}

    /** What is to be ranked; null unless it is a query and at least one document, all of them text. */
    public static @Nullable Ranking ranking(TaskInput task) {
        var texts = texts(task.getParts());
        return texts == null || texts.size() < 2
                ? null
                : new Ranking(texts.getFirst(), List.copyOf(texts.subList(1, texts.size())));
    }

    /** Sends on the parameters that the vendor knows under the same name; the name of the first that it does not know, or null. */
    public static @Nullable String passOn(TaskInput task, Map<String, String> words, ObjectNode into) {
        for (var name : task.getParameters().keySet()) {
            var word = words.get(name);
            if (word == null) {
                return name;
            }
            var value = parameter(task, name);
            if (value != null && !word.isEmpty()) {
                into.set(word, value);
            }
        }
        return null;
    }
}
