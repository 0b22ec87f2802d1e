package dev.millrace.ops.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A run as JSON. */
public final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonReport() {}

    public static String of(Board board, Machine machine, String profile, String command) {
        var json = JSON.createObjectNode()
                .put("command", command)
                .put("profile", profile)
                .put("valid", board.valid());
        var facts = json.putObject("machine");
        machine.facts().forEach(facts::put);
        var figures = json.putArray("figures");
        for (var figure : board.figures()) {
            var node = figures.addObject()
                    .put("metric", figure.metric())
                    .put("arm", figure.arm())
                    .put("unit", figure.unit())
                    .put("median", figure.value().median())
                    .put("lowest", figure.value().lowest())
                    .put("highest", figure.value().highest())
                    .put("samples", figure.samples())
                    .put("valid", figure.valid());
            var failed = node.putArray("failed_gates");
            figure.failed().forEach(failed::add);
        }
        var comparisons = json.putArray("comparisons");
        for (var comparison : board.comparisons()) {
            comparisons
                    .addObject()
                    .put("metric", comparison.name())
                    .put("arm", comparison.arm())
                    .put("reference", comparison.reference())
                    .put("ratio", comparison.ratio())
                    .put("limit", comparison.limit())
                    .put("at_most", comparison.atMost())
                    .put("valid", comparison.valid())
                    .put("reached", comparison.reached());
        }
        var notes = json.putArray("notes");
        board.notes().forEach(notes::add);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
