package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.ArmFailure;
import dev.millrace.ops.bench.arm.Children;
import dev.millrace.ops.bench.arm.MillraceJvm;
import dev.millrace.ops.bench.arm.MillraceStack;
import dev.millrace.ops.bench.arm.MockVendorProcess;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.load.LoadGenerator;
import dev.millrace.ops.bench.report.Board;
import dev.millrace.ops.bench.report.Figure;
import dev.millrace.ops.bench.report.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What the metrics of one run share.
 *
 * @param scope put before the names of metrics: which Millrace it is that stands beside the other arms
 * @param arms that take calls, the direct way first
 * @param stack Millrace in one process, where that arm is there
 */
public record Setting(
        String scope,
        Plan plan,
        Board board,
        Children children,
        MillraceJvm jvm,
        LoadGenerator load,
        MockVendorProcess vendor,
        Optional<MillraceStack> stack,
        List<Arm> arms,
        Random random) {
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(4);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    public Setting {
        arms = List.copyOf(arms);
    }

    /** Puts a figure on the board, under the scope's name. */
    void add(String metric, String arm, String unit, Spread value, long samples, List<String> failed) {
        board.add(new Figure(scope + metric, arm, unit, value, samples, failed));
    }

    /** The arms in an order drawn anew. */
    List<Arm> shuffled() {
        var order = new ArrayList<>(arms);
        Collections.shuffle(order, random);
        return order;
    }

    Arm direct() {
        return arm(Arm.Kind.DIRECT).orElseThrow(() -> new ArmFailure("the direct arm is needed by every other"));
    }

    Optional<Arm> arm(Arm.Kind kind) {
        return arms.stream().filter(arm -> arm.kind() == kind).findFirst();
    }

    /** All but the direct way. */
    List<Arm> between() {
        return arms.stream().filter(arm -> arm.kind() != Arm.Kind.DIRECT).toList();
    }

    /**
     * Waits until the arms do next to nothing, a few seconds at most: what one of them left undone, or its compilers have yet to do, is not
     * to be paid by the next.
     */
    void settle() {
        long giveUpNanos = System.nanoTime() + SETTLES_WITHIN.toNanos();
        var before = cpu();
        while (System.nanoTime() - giveUpNanos < 0) {
            Pause.of(LOOK_EVERY);
            var now = cpu();
            if (now.minus(before).compareTo(LOOK_EVERY.dividedBy(2)) < 0) {
                return;
            }
            before = now;
        }
    }

    private Duration cpu() {
        return arms.stream().map(Arm::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    /** Those whose streams are opened by the thousand. */
    Stream<Arm> opening() {
        return between().stream().filter(arm -> plan.streams().arms().contains(arm.kind()));
    }

    Stream<Arm> millraces() {
        return arms.stream().filter(arm -> arm.kind().isMillrace());
    }
}
