package dev.millrace.ingress.task;

import dev.millrace.avro.Operation;
import dev.millrace.avro.TextPart;
import dev.millrace.egress.task.RerankList;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rankings in the shape of Cohere and Jina. Who says {@code top_k} instead of {@code top_n} is taken for a client of Voyage and answered in
 * its shape.
 *
 * @see <a href="https://docs.cohere.com/reference/rerank">Cohere, Rerank</a>
 */
public final class RerankDialect extends TaskDialect {
    private static final Map<String, String> QUERY = Map.of("role", "\"query\"");

    public RerankDialect(StrictJson json) {
        super(json);
    }

    @Override
    Call read(Task task) {
        var body = task.body();
        task.add(new TextPart(body.requiredString("query", Integer.MAX_VALUE)), QUERY);
        var documents = body.requiredValue("documents");
        var texts = new ArrayList<String>();
        documents.array().forEach(document -> texts.add(text(document)));
        if (texts.isEmpty()) {
            throw documents.invalid("must hold at least one document");
        }
        texts.forEach(text -> task.add(new TextPart(text), Map.of()));
        var topK = body.integer("top_k", 1, Integer.MAX_VALUE);
        var topN = body.integer("top_n", 1, Integer.MAX_VALUE);
        var returned = body.peek("return_documents");
        boolean withTexts = returned != null && returned.bool();
        var formats = new RerankList(task.model(), topK != null, withTexts ? texts : List.of());
        var top = topN == null ? topK : topN;
        return task.call(
                Operation.RERANK,
                new Answer.Awaited(false, false, _ -> formats),
                top == null ? Map.of() : Map.of("top_n", top.toString()));
    }

    private static String text(JsonValue document) {
        return document.isString()
                ? document.string(Integer.MAX_VALUE)
                : document.object().requiredValue("text").string(Integer.MAX_VALUE);
    }
}
