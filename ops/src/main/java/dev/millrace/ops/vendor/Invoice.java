package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the vendor would charge: each call, and sums by model, and apart from them what was said before a reply broke off, which some
 * vendors charge and some do not. Thread-safe; kept in memory, and in a file if one is given.
 */
final class Invoice implements AutoCloseable {
    static final int PAGE_CALLS = 5000;
    private static final int MOST_CALLS = 1_000_000;

    private final AtomicLong calls = new AtomicLong();
    private final Map<String, Position> positions = new TreeMap<>();
    private final CallLog log = new CallLog(MOST_CALLS);
    private final @Nullable InvoiceFile file;

    private static final class Position {
        private long whole;
        private long inputTokens;
        private long outputTokens;
        private long broken;
        private long brokenOutputTokens;
        private long refused;
    }

    /** @param file closed with this; null for none */
    Invoice(@Nullable InvoiceFile file) {
        this.file = file;
    }

    /** Number of a new call, from 0. */
    long nextCall() {
        return calls.getAndIncrement();
    }

    /** A call is over. */
    synchronized void add(ServedCall served) {
        var position = positions.computeIfAbsent(served.call().model(), _ -> new Position());
        switch (served.outcome()) {
            case WHOLE -> {
                position.whole++;
                position.inputTokens += served.inputTokens();
                position.outputTokens += served.outputTokens();
            }
            case BROKEN -> {
                position.broken++;
                position.brokenOutputTokens += served.sentTokens();
            }
            case REFUSED -> position.refused++;
        }
        long number = log.add(served);
        if (file != null) {
            file.add(served, number);
        }
    }

    /** A page of the calls with a greater number, in lines of JSON. */
    synchronized String callsAfter(long number) {
        return log.after(number, PAGE_CALLS);
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

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
