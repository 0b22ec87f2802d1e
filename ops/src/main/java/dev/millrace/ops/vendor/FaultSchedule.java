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
 * @param failures what is drawn from, evenly: names of {@link LocalFailure}, after 0 to 19 tokens; {@code cut_at_byte} after 0 to 1023
 *     bytes; {@code accept_millis}, {@code first_token_millis} and {@code gap_millis} of up to 2000 ms; {@code duplicate}; or options with
 *     values of their own, {@code fail=429+retry_after=3}
 */
record FaultSchedule(long seed, double rate, List<String> failures) {
    static final FaultSchedule NONE = new FaultSchedule(0, 0, List.of());

    private static final int MOST_TOKENS_BEFORE = 20;
    private static final int MOST_BYTES_BEFORE = 1024;
    private static final int MOST_MILLIS = 2001;

    FaultSchedule {
        failures = List.copyOf(failures);
        if (rate < 0 || rate > 1 || Double.isNaN(rate)) {
            throw new IllegalArgumentException("rate: must be 0..1, got " + rate);
        }
        if (rate > 0 && failures.isEmpty()) {
            throw new IllegalArgumentException("failures: must name at least one when the rate is not 0");
        }
        for (var failure : failures) {
            var _ = options(failure, new SplittableRandom(0));
        }
    }

    /** Options for the call of this number; empty when it is to succeed. */
    ObjectNode options(long call) {
        if (rate == 0) {
            return Nodes.object();
        }
        var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + call);
        return random.nextDouble() < rate
                ? options(failures.get(random.nextInt(failures.size())), random)
                : Nodes.object();
    }

    private static ObjectNode options(String failure, SplittableRandom random) {
        if (LocalFailure.ofWord(failure).isPresent()) {
            return Nodes.object().put("fail", failure).put("at", random.nextInt(MOST_TOKENS_BEFORE));
        }
        return switch (failure) {
            case "cut_at_byte" -> Nodes.object().put(failure, random.nextInt(MOST_BYTES_BEFORE));
            case "accept_millis", "first_token_millis", "gap_millis" ->
                Nodes.object().put(failure, random.nextInt(MOST_MILLIS));
            default -> withValues(failure);
        };
    }

    private static ObjectNode withValues(String failure) {
        try {
            return CallOptions.parse(failure);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("failures: no such failure '" + failure + "': " + e.getMessage(), e);
        }
    }
}
