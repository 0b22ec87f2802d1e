package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.TaskInput;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.TaskReading;
import dev.millrace.worker.provider.VendorCall;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bodies of InvokeModel for everything that is no conversation: each maker has its own.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html">AWS, inference parameters of foundation models</a>
 */
final class InvokeBodies {
    /** Each further text is a call of its own. */
    private static final int MAX_TITAN_TEXTS = 50;

    private static final Map<String, String> TITAN_WORDS = Map.of(
            "dimensions", "dimensions",
            "normalize", "normalize",
            "encoding_format", "",
            "user", "",
            "input_type", "");

    private static final Map<String, String> COHERE_WORDS = Map.of(
            "dimensions", "output_dimension",
            "truncate", "truncate",
            "embedding_types", "embedding_types",
            "encoding_format", "",
            "user", "",
            "input_type", "");

    private static final Map<String, String> RERANK_WORDS =
            Map.of("top_n", "top_n", "return_documents", "", "max_tokens_per_doc", "max_tokens_per_doc", "user", "");

    private final boolean agent;
    private final BiFunction<String, JsonNode, VendorCall> calls;

    /**
     * A writer.
     *
     * @param agent whether reranking goes to the agent runtime
     * @param calls makes a call of a path and a body
     */
    InvokeBodies(boolean agent, BiFunction<String, JsonNode, VendorCall> calls) {
        this.agent = agent;
        this.calls = calls;
    }

    Rendering write(AttemptOrder order, TaskInput task) {
        return switch (order.getRequest().getOperation()) {
            case EMBEDDING -> embedding(order, task);
            case RERANK -> rerank(order, task);
            case RUN -> run(order, task);
            default ->
                new Inexpressible(
                        "operation",
                        "operation " + order.getRequest().getOperation() + " is not spoken by this provider");
        };
    }

    /** The call for the text of that number; null when there is none, or the model takes all texts at once. */
    @Nullable
    VendorCall furtherEmbedding(AttemptOrder order, TaskInput task, int number) {
        return isCohere(order) || number >= task.getParts().size()
                ? null
                : embedding(order, task, number) instanceof Rendered(var call) ? call : null;
    }

    private static boolean isCohere(AttemptOrder order) {
        return ModelFamily.of(order.getVendorModel()) == ModelFamily.COHERE;
    }

    private Rendering embedding(AttemptOrder order, TaskInput task) {
        if (isCohere(order)) {
            return cohereEmbedding(order, task);
        }
        if (task.getParts().size() > MAX_TITAN_TEXTS) {
            return new Inexpressible("parts", "this model takes one text per call: at most " + MAX_TITAN_TEXTS);
        }
        return embedding(order, task, 0);
    }

    private Rendering embedding(AttemptOrder order, TaskInput task, int number) {
        var texts = TaskReading.texts(task.getParts());
        if (texts == null || texts.isEmpty()) {
            return new Inexpressible("parts", "this model takes texts");
        }
        var body = JsonNodeFactory.instance.objectNode().put("inputText", texts.get(number));
        return invoke(order, task, TITAN_WORDS, body);
    }

    private Rendering cohereEmbedding(AttemptOrder order, TaskInput task) {
        var texts = TaskReading.texts(task.getParts());
        if (texts == null || texts.isEmpty()) {
            return new Inexpressible("parts", "this model takes texts");
        }
        var body = JsonNodeFactory.instance.objectNode();
        texts.forEach(body.putArray("texts")::add);
        body.put("input_type", inputType(task));
        return invoke(order, task, COHERE_WORDS, body);
    }

    private static String inputType(TaskInput task) {
        var asked = TaskReading.parameter(task, "input_type");
        var word = asked == null ? "" : asked.asText();
        return switch (word) {
            case "query" -> "search_query";
            case "", "document" -> "search_document";
            default -> word;
        };
    }

    private Rendering rerank(AttemptOrder order, TaskInput task) {
        var ranking = TaskReading.ranking(task);
        if (ranking == null) {
            return new Inexpressible("parts", "must be a query and at least one document, all of them text");
        }
        if (agent) {
            return agentRerank(order, task, ranking);
        }
        var body = JsonNodeFactory.instance.objectNode().put("query", ranking.query());
        ranking.documents().forEach(body.putArray("documents")::add);
        if (isCohere(order)) {
            body.put("api_version", 2);
        }
        return invoke(order, task, RERANK_WORDS, body);
    }

    private Rendering agentRerank(AttemptOrder order, TaskInput task, TaskReading.Ranking ranking) {
        var parameters = JsonNodeFactory.instance.objectNode();
        var unknown = TaskReading.passOn(task, RERANK_WORDS, parameters);
        if (unknown != null || parameters.has("max_tokens_per_doc")) {
            var name = unknown == null ? "max_tokens_per_doc" : unknown;
            return new Inexpressible("parameters." + name, "parameters." + name + ": Rerank has no word for it");
        }
        var body = JsonNodeFactory.instance.objectNode();
        var query = body.putArray("queries").addObject().put("type", "TEXT");
        query.putObject("textQuery").put("text", ranking.query());
        var sources = body.putArray("sources");
        for (var document : ranking.documents()) {
            var inline = sources.addObject().put("type", "INLINE").putObject("inlineDocumentSource");
            inline.put("type", "TEXT").putObject("textDocument").put("text", document);
        }
        var configuration = body.putObject("rerankingConfiguration").put("type", "BEDROCK_RERANKING_MODEL");
        var model = configuration.putObject("bedrockRerankingConfiguration");
        model.putObject("modelConfiguration").put("modelArn", order.getVendorModel());
        if (parameters.has("top_n")) {
            model.set("numberOfResults", parameters.path("top_n"));
        }
        return new Rendered(calls.apply("/rerank", body));
    }

    private Rendering run(AttemptOrder order, TaskInput task) {
        var input = TaskReading.parameter(task, "input");
        if (input == null) {
            return new Inexpressible("parameters.input", "parameters.input: must be the body for the model");
        }
        return new Rendered(calls.apply(path(order), input));
    }

    private Rendering invoke(AttemptOrder order, TaskInput task, Map<String, String> words, ObjectNode body) {
        var unknown = TaskReading.passOn(task, words, body);
        return unknown == null
                ? new Rendered(calls.apply(path(order), body))
                : new Inexpressible(
                        "parameters." + unknown, "parameters." + unknown + ": this model has no word for it");
    }

    private static String path(AttemptOrder order) {
        return BedrockAdapter.path(order.getVendorModel(), "invoke");
    }
}
