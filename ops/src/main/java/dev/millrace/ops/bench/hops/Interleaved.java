package dev.millrace.ops.bench.hops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Runs arms side by side: every round calls each arm the same number of times, one call after the other, in an order drawn anew from
 * the seed, so that drift of the machine falls on all of them alike.
 */
final class Interleaved {
    private final List<? extends Sample> arms;
    private final int rounds;
    private final int callsPerRound;
    private final Random random;

    Interleaved(List<? extends Sample> arms, int rounds, int callsPerRound, long seed) {
        this.arms = arms;
        this.rounds = rounds;
        this.callsPerRound = callsPerRound;
        this.random = new Random(seed);
    }

    /** Calls each arm {@code calls} times without measuring, so that the JVM has compiled what it will run. */
    void warmUp(int calls) {
        for (var arm : arms) {
            for (int i = 0; i < calls; i++) {
                arm.call();
            }
        }
    }

    /**
     * Measures.
     *
     * @return figures of the time to first content, by arm, in the order given
     * @throws IllegalStateException when a gate failed: a call failed, or an arm did not always bring the same content
     */
    List<ArmFigures> run() {
        Map<String, List<long[]>> nanosByArm = new LinkedHashMap<>();
        Map<String, String> contentByArm = new LinkedHashMap<>();
        arms.forEach(arm -> nanosByArm.put(arm.name(), new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            var order = new ArrayList<>(arms);
            Collections.shuffle(order, random);
            for (var arm : order) {
                Objects.requireNonNull(nanosByArm.get(arm.name())).add(round(arm, contentByArm));
            }
        }
        return nanosByArm.entrySet().stream()
                .map(arm -> ArmFigures.of(arm.getKey(), arm.getValue()))
                .toList();
    }

    private long[] round(Sample arm, Map<String, String> contentByArm) {
        var nanos = new long[callsPerRound];
        for (int i = 0; i < callsPerRound; i++) {
            var measured = arm.call();
            nanos[i] = measured.firstNanos();
            var expected = contentByArm.putIfAbsent(arm.name(), measured.content());
            if (expected != null && !expected.equals(measured.content())) {
                throw new IllegalStateException(arm.name() + ": calls did not bring the same content");
            }
        }
        return nanos;
    }
}
