package dev.millrace.ops.bench.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one arm came to by one metric.
 *
 * @param metric as in the report, such as {@code stream.added.p50}
 * @param arm which arm
 * @param unit of the values
 * @param value median over the rounds, lowest and highest round
 * @param samples calls, streams or jobs behind it
 * @param failed gates that did not hold; the figure counts only when there are none
 * @param atLeast whether the value is only known not to be less, because nothing beyond it was or could be tried
 */
public record Figure(
        String metric, String arm, String unit, Spread value, long samples, List<String> failed, boolean atLeast) {
    public Figure {
        failed = List.copyOf(failed);
    }

    /** One that was measured on both sides. */
    public Figure(String metric, String arm, String unit, Spread value, long samples, List<String> failed) {
        this(metric, arm, unit, value, samples, failed, false);
    }

    /** The same with one more gate that did not hold. */
    Figure condemned(String reason) {
        return new Figure(
                metric,
                arm,
                unit,
                value,
                samples,
                Stream.concat(failed.stream(), Stream.of(reason)).toList(),
                atLeast);
    }

    /** Where the value lies, by its rounds. */
    Range range() {
        var range = Range.ofMedian(value.rounds());
        return atLeast ? range.orMore() : range;
    }

    public boolean valid() {
        return failed.isEmpty();
    }
}
