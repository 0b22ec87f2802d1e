package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.local.LocalFailure;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which calls go wrong, and how: the same seed gives the same faults in the same order.
 *
 * @param seed of the draw
 * @param rate share of the calls that fail, 0 to 1
 * @param failures what is drawn from, evenly; names of {@link LocalFailure}
 */
record FaultSchedule(long seed, double rate, List<String> failures) {
    static final FaultSchedule NONE = new FaultSchedule(0, 0, List.of());

    private static final int MOST_TOKENS_BEFORE = 20;

    FaultSchedule {
        failures = List.copyOf(failures);
        if (rate < 0 || rate > 1 || Double.isNaN(rate)) {
            throw new IllegalArgumentException("rate: must be 0..1, got " + rate);
        }
        if (rate > 0 && failures.isEmpty()) {
            throw new IllegalArgumentException("failures: must name at least one when the rate is not 0");
        }
        for (var failure : failures) {
            if (LocalFailure.ofWord(failure).isEmpty()) {
                throw new IllegalArgumentException("failures: no such failure '" + failure + "'");
            }
        }
    }

    /** Options for the call of this number; empty when it is to succeed. */
    ObjectNode options(long call) {
        var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + call);
        var options = Nodes.object();
        if (random.nextDouble() < rate) {
            options.put("fail", failures.get(random.nextInt(failures.size())))
                    .put("at", random.nextInt(MOST_TOKENS_BEFORE));
        }
        return options;
    }
}
