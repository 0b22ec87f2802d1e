package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the vendor would charge: calls and tokens by model, and apart from them what was said before a reply broke off, which some vendors
 * charge and some do not. Thread-safe; kept in memory.
 */
final class Invoice {
    private final AtomicLong calls = new AtomicLong();
    private final Map<String, Position> positions = new TreeMap<>();

    private static final class Position {
        private long whole;
        private long inputTokens;
        private long outputTokens;
        private long broken;
        private long brokenOutputTokens;
        private long refused;
    }

    /** Number of a new call, from 0. */
    long nextCall() {
        return calls.getAndIncrement();
    }

    /** A reply went out to its end. */
    synchronized void whole(String model, long inputTokens, long outputTokens) {
        var position = position(model);
        position.whole++;
        position.inputTokens += inputTokens;
        position.outputTokens += outputTokens;
    }

    /** A reply broke off after some tokens. */
    synchronized void broken(String model, long outputTokens) {
        var position = position(model);
        position.broken++;
        position.brokenOutputTokens += outputTokens;
    }

    /** A call was answered with an error. */
    synchronized void refused(String model) {
        position(model).refused++;
    }

    private Position position(String model) {
        return positions.computeIfAbsent(model, _ -> new Position());
    }

    synchronized ObjectNode json() {
        var invoice = Nodes.object().put("calls", calls.get());
        var models = invoice.putObject("models");
        positions.forEach((model, position) -> models.putObject(model)
                .put("whole", position.whole)
                .put("input_tokens", position.inputTokens)
                .put("output_tokens", position.outputTokens)
                .put("broken", position.broken)
                .put("broken_output_tokens", position.brokenOutputTokens)
                .put("refused", position.refused));
        return invoice;
    }
}
