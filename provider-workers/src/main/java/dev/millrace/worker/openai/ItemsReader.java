package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ItemDelta;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a whole reply that is a list of results: verdicts of a moderation in the order of the inputs, or documents by relevance. */
final class ItemsReader extends TaskReader {
    static final String MODERATION = "moderation.result";
    static final String RERANK = "rerank.result";

    private final boolean rerank;
    private boolean complete;

    private ItemsReader(int maxExtraBytes, boolean rerank) {
        super(maxExtraBytes, Set.of("results", "data"));
        this.rerank = rerank;
    }

    static ItemsReader moderation(int maxExtraBytes) {
        return new ItemsReader(maxExtraBytes, false);
    }

    static ItemsReader rerank(int maxExtraBytes) {
        return new ItemsReader(maxExtraBytes, true);
    }

    @Override
    @Nullable
    String readContent(JsonNode reply) {
        var name = reply.path("results").isArray() ? "results" : "data";
        var list = reply.path(name);
        if (!list.isArray() || (list.isEmpty() && !rerank)) {
            return name;
        }
        for (int i = 0; i < list.size(); i++) {
            var item = rerank ? ranked(list.path(i)) : list.path(i);
            if (!(item instanceof ObjectNode)) {
                return name + "[" + i + "]";
            }
            add(i, new ItemDelta(rerank ? "cohere" : DIALECT, rerank ? RERANK : MODERATION, item.toString()));
        }
        complete = true;
        return null;
    }

    /** The result in Cohere's words; null when it has no index or no score. */
    private static @Nullable ObjectNode ranked(JsonNode result) {
        var score = result.has("relevance_score") ? result.path("relevance_score") : result.path("score");
        if (!result.path("index").canConvertToInt() || !score.isNumber()) {
            return null;
        }
        var ranked = JsonNodeFactory.instance.objectNode();
        ranked.set("index", result.path("index"));
        ranked.set("relevance_score", score);
        var document = result.path("document");
        if (document.isTextual()) {
            ranked.putObject("document").set("text", document);
        } else if (document.isObject() && !document.isEmpty()) {
            ranked.set("document", document);
        }
        return ranked;
    }

    @Override
    public boolean complete() {
        return complete;
    }
}
