package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.hops.BareChain;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    private final Rounds rounds;
    private final List<Double> hops = new ArrayList<>();

    /** @param chain called in turn with the arms; null: it is left out */
    AddedTime(Setting setting, Workload workload, @Nullable BareChain chain) {
        this.setting = setting;
        this.workload = workload;
        this.chain = chain;
        this.rounds = new Rounds(setting, this::medianMillis, this::medianMillis);
    }

    void measure() {
        setting.load().learn(setting.direct().target(), workload);
        setting.settle();
        for (int round = 0; round < setting.plan().rounds(); round++) {
            int place = setting.random().nextInt(setting.arms().size());
            var afterChain = setting.arms().get(place).kind();
            rounds.round(arm -> calls(arm, afterChain));
        }
        report();
    }

    /** @param afterChain the arm that the chain is called before */
    private Tally calls(Arm arm, Arm.Kind afterChain) {
        if (chain != null && arm.kind() == afterChain) {
            hops.add(chainMillis(chain));
        }
        return setting.load().sequential(arm.target(), workload, setting.plan().calls());
    }

    private double chainMillis(BareChain chain) {
        var nanos = new long[setting.plan().calls()];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = chain.call().firstNanos();
        }
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e6;
    }

    private double medianMillis(Tally tally) {
        return tally.answered(workload).getValueAtPercentile(50) / 1e6;
    }

    private void report() {
        if (!hops.isEmpty()) {
            setting.add(
                    HOPS,
                    Arm.Kind.CHAIN.word(),
                    "ms",
                    Spread.of(hops),
                    (long) hops.size() * setting.plan().calls(),
                    List.of());
        }
        rounds.report(workload.streaming() ? STREAM : WHOLE, Tally::sent);
    }
}
