package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.report.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What arms add to the direct way: all of them measured in turn, round after round, in an order drawn anew, and each round's value less
 * what the direct way took in the same round. Not thread-safe.
 */
final class Rounds {
    private final Setting setting;
    private final ToDoubleFunction<Tally> value;
    private final ToDoubleFunction<Tally> vendor;
    private final Map<Arm.Kind, List<Double>> values = new EnumMap<>(Arm.Kind.class);
    private final Map<Arm.Kind, Tally> tallies = new EnumMap<>(Arm.Kind.class);
    private final List<Double> vendors = new ArrayList<>();

    /**
     * @param value of an arm in a round, in milliseconds
     * @param vendor taken from it: this of the direct way's calls in the same round
     */
    Rounds(Setting setting, ToDoubleFunction<Tally> value, ToDoubleFunction<Tally> vendor) {
        this.setting = setting;
        this.value = value;
        this.vendor = vendor;
    }

    /** Makes the calls of one round, arm after arm. */
    void round(Function<Arm, Tally> calls) {
        for (var arm : setting.shuffled()) {
            var tally = calls.apply(arm);
            values.computeIfAbsent(arm.kind(), _ -> new ArrayList<>()).add(value.applyAsDouble(tally));
            tallies.computeIfAbsent(arm.kind(), _ -> new Tally()).add(tally);
            if (arm.kind() == Arm.Kind.DIRECT) {
                vendors.add(vendor.applyAsDouble(tally));
            }
        }
    }

    /** All calls of an arm. */
    Tally tally(Arm arm) {
        return Objects.requireNonNull(tallies.get(arm.kind()));
    }

    /**
     * Puts a figure on the board for each arm; the direct way's is what it took itself.
     *
     * @param metric with {@code added} in its name, which is {@code vendor} for the direct way
     * @param samples how many are behind a figure
     */
    void report(String metric, ToLongFunction<Tally> samples) {
        for (var arm : setting.arms()) {
            boolean isDirect = arm.kind() == Arm.Kind.DIRECT;
            var mine = Objects.requireNonNull(values.get(arm.kind()));
            var added = new ArrayList<Double>();
            for (int i = 0; i < mine.size(); i++) {
                added.add(isDirect ? mine.get(i) : mine.get(i) - vendors.get(i));
            }
            var tally = tally(arm);
            setting.add(
                    isDirect ? metric.replace("added", "vendor") : metric,
                    arm,
                    "ms",
                    Spread.of(added),
                    samples.applyAsLong(tally),
                    Gates.failed(tally));
        }
    }
}
