package dev.millrace.ops.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A run as JSON. */
public final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonReport() {}

    /** All of it; {@code complete} is false and {@code failure} says why when the run did not come to its end. */
    public static String of(Board board, Machine machine, Run run) {
        var json = JSON.createObjectNode()
                .put("command", run.command())
                .put("profile", run.profile())
                .put("complete", run.failure().isEmpty())
                .put("valid", board.valid());
        run.failure().ifPresent(reason -> json.put("failure", reason));
        var plan = json.putObject("plan");
        run.plan().forEach(plan::put);
        var facts = json.putObject("machine");
        machine.facts().forEach(facts::put);
        var figures = json.putArray("figures");
        board.figures().forEach(figure -> write(figure, figures.addObject()));
        var comparisons = json.putArray("comparisons");
        board.comparisons().forEach(comparison -> write(comparison, comparisons.addObject()));
        var notes = json.putArray("notes");
        board.notes().forEach(notes::add);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private static void write(Figure figure, ObjectNode node) {
        node.put("metric", figure.metric()).put("arm", figure.arm()).put("unit", figure.unit());
        number(node, "median", figure.value().median());
        number(node, "lowest", figure.value().lowest());
        number(node, "highest", figure.value().highest());
        node.put("at_least", figure.atLeast()).put("samples", figure.samples()).put("valid", figure.valid());
        var rounds = node.putArray("rounds");
        figure.value().rounds().forEach(rounds::add);
        var failed = node.putArray("failed_gates");
        figure.failed().forEach(failed::add);
    }

    private static void write(Comparison comparison, ObjectNode node) {
        node.put("metric", comparison.name()).put("arm", comparison.arm()).put("reference", comparison.reference());
        number(node, "ratio", comparison.ratio());
        number(node, "low", comparison.range().low());
        number(node, "high", comparison.range().high());
        node.put("limit", comparison.limit())
                .put("at_most", comparison.atMost())
                .put("valid", comparison.valid())
                .put("reached", comparison.reached())
                .put("verdict", comparison.verdict().name().toLowerCase(Locale.ROOT));
    }

    /** JSON has neither infinity nor what is not a number. */
    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
