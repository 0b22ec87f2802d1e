package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Judgements by words: whether a text holds bad ones, and how many of a query's a document holds. */
final class LocalJudgements {
    private static final Map<String, Set<String>> BAD_WORDS = new TreeMap<>(Map.of(
            "hate", Set.of("hate", "despise"),
            "self-harm", Set.of("suicide"),
            "sexual", Set.of("sex", "porn"),
            "violence", Set.of("attack", "bomb", "kill", "murder", "shoot")));
    private static final double FOUND = 0.98;
    private static final double NOT_FOUND = 0.01;

    private LocalJudgements() {}

    static ObjectNode moderation(JsonNode request) {
        var input = request.path("input");
        var answer = JsonNodeFactory.instance.objectNode().put("id", "modr-local");
        answer.put("model", request.path("model").asText());
        var results = answer.putArray("results");
        boolean several = input.isArray() && input.path(0).isTextual();
        if (several) {
            input.forEach(text -> results.add(judged(text.asText())));
        } else {
            results.add(judged(input.isTextual() ? input.asText() : input.toString()));
        }
        return answer;
    }

    private static ObjectNode judged(String text) {
        var words = words(text);
        var categories = JsonNodeFactory.instance.objectNode();
        var scores = JsonNodeFactory.instance.objectNode();
        boolean flagged = false;
        for (var category : BAD_WORDS.entrySet()) {
            boolean found = category.getValue().stream().anyMatch(words::contains);
            flagged |= found;
            categories.put(category.getKey(), found);
            scores.put(category.getKey(), found ? FOUND : NOT_FOUND);
        }
        var result = JsonNodeFactory.instance.objectNode().put("flagged", flagged);
        result.set("categories", categories);
        result.set("category_scores", scores);
        return result;
    }

    static ObjectNode ranking(JsonNode request) {
        var query = words(request.path("query").asText());
        record Ranked(int index, double score) {}
        var ranked = new ArrayList<Ranked>();
        var documents = request.path("documents");
        long tokens = query.size();
        for (int i = 0; i < documents.size(); i++) {
            var words = words(documents.get(i).asText());
            tokens += words.size();
            long common = query.stream().filter(words::contains).count();
            ranked.add(new Ranked(i, query.isEmpty() ? 0 : (double) common / query.size()));
        }
        ranked.sort(Comparator.comparingDouble(Ranked::score).reversed());
        var answer = JsonNodeFactory.instance.objectNode().put("id", "rerank-local");
        var results = answer.putArray("results");
        int top = request.path("top_n").asInt(documents.size());
        for (var one : ranked.subList(0, Math.clamp(top, 0, ranked.size()))) {
            results.addObject().put("index", one.index()).put("relevance_score", one.score());
        }
        answer.putObject("usage").put("total_tokens", tokens);
        return answer;
    }

    private static Set<String> words(String text) {
        return new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)));
    }
}
