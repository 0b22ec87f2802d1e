package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.hops.BareChain;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What an arm adds to the time of a call, one call after the other: its median of a round less the direct way's of the same round, then
 * the median over the rounds.
 */
final class AddedTime {
    static final String STREAM = "stream.added.p50";
    static final String WHOLE = "whole.added.p50";
    static final String HOPS = "chain.h3.p50";

    private final Setting setting;
    private final Workload workload;
    private final @Nullable BareChain chain;
    private final Map<Arm.Kind, List<Double>> medians = new EnumMap<>(Arm.Kind.class);
    private final Map<Arm.Kind, Tally> tallies = new EnumMap<>(Arm.Kind.class);
    private final List<Double> hops = new ArrayList<>();

    /** @param chain called in turn with the arms; null: it is left out */
    AddedTime(Setting setting, Workload workload, @Nullable BareChain chain) {
        this.setting = setting;
        this.workload = workload;
        this.chain = chain;
    }

    void measure() {
        setting.load().learn(setting.direct().target(), workload);
        setting.settle();
        for (int round = 0; round < setting.plan().rounds(); round++) {
            int chainAt =
                    chain == null ? -1 : setting.random().nextInt(setting.arms().size());
            var order = setting.shuffled();
            for (int i = 0; i < order.size(); i++) {
                if (i == chainAt) {
                    hops.add(chainRound(Objects.requireNonNull(chain)));
                }
                round(order.get(i));
            }
        }
        report();
    }

    private void round(Arm arm) {
        var tally =
                setting.load().sequential(arm.target(), workload, setting.plan().calls());
        medians.computeIfAbsent(arm.kind(), _ -> new ArrayList<>())
                .add(times(tally).getValueAtPercentile(50) / 1e6);
        tallies.computeIfAbsent(arm.kind(), _ -> new Tally()).add(tally);
    }

    private double chainRound(BareChain chain) {
        var nanos = new long[setting.plan().calls()];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = chain.call().firstNanos();
        }
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e6;
    }

    private Histogram times(Tally tally) {
        return workload.streaming() ? tally.first() : tally.total();
    }

    private void report() {
        var name = workload.streaming() ? STREAM : WHOLE;
        var direct = Objects.requireNonNull(medians.get(Arm.Kind.DIRECT));
        if (!hops.isEmpty()) {
            setting.add(
                    HOPS,
                    Arm.Kind.CHAIN.word(),
                    "ms",
                    Spread.of(hops),
                    (long) hops.size() * setting.plan().calls(),
                    List.of());
        }
        for (var arm : setting.arms()) {
            var tally = Objects.requireNonNull(tallies.get(arm.kind()));
            var mine = Objects.requireNonNull(medians.get(arm.kind()));
            boolean isDirect = arm.kind() == Arm.Kind.DIRECT;
            var added = new ArrayList<Double>();
            for (int i = 0; i < mine.size(); i++) {
                added.add(isDirect ? mine.get(i) : mine.get(i) - direct.get(i));
            }
            var metric = isDirect ? name.replace("added", "vendor") : name;
            setting.add(metric, arm.name(), "ms", Spread.of(added), tally.sent(), Gates.failed(tally));
        }
    }
}
