package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Usage;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.reply.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ranking in the shape of Cohere and Jina ({@code results}), or in that of Voyage ({@code data}).
 *
 * @param documents texts to give back; empty when none were asked for
 * @see <a href="https://docs.cohere.com/reference/rerank">Cohere, Rerank</a>
 * @see <a href="https://docs.voyageai.com/reference/reranker-api">Voyage, Rerankers</a>
 */
public record RerankList(String requestedModel, boolean asVoyage, List<String> documents) implements WholeFormat {
    public RerankList {
        documents = List.copyOf(documents);
    }

    @Override
    public ErrorFormat errors() {
        return ErrorFormat.PROBLEM;
    }

    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        var body = TaskJson.object().put("id", "rerank-" + last.getJobId()).put("object", "list");
        var results = body.putArray(asVoyage ? "data" : "results");
        for (var item : TaskJson.items(reply, "rerank.result")) {
            results.add(item instanceof ObjectNode result ? withDocument(result) : item);
        }
        body.put("model", TaskJson.model(last, requestedModel));
        usage(body, TaskJson.usage(last));
        return Body.json(body);
    }

    private ObjectNode withDocument(ObjectNode result) {
        int index = result.path("index").asInt(-1);
        if (documents.isEmpty()) {
            result.remove("document");
        } else if (!result.has("document") && 0 <= index && index < documents.size()) {
            if (asVoyage) {
                result.put("document", documents.get(index));
            } else {
                result.putObject("document").put("text", documents.get(index));
            }
        }
        return result;
    }

    private static void usage(ObjectNode body, @Nullable Usage usage) {
        if (usage == null) {
            return;
        }
        var told = body.putObject("usage");
        if (usage.getInputTokens() >= 0) {
            told.put("total_tokens", usage.getInputTokens());
        }
        var searches = usage.getUnits().get("searches");
        if (searches != null) {
            body.putObject("meta").putObject("billed_units").put("search_units", searches);
        }
    }
}
