package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.ArmFailure;
import dev.millrace.ops.bench.arm.Children;
import dev.millrace.ops.bench.arm.MillraceJvm;
import dev.millrace.ops.bench.arm.MillraceStack;
import dev.millrace.ops.bench.arm.MockVendorProcess;
import dev.millrace.ops.bench.load.LoadGenerator;
import dev.millrace.ops.bench.report.Board;
import dev.millrace.ops.bench.report.Figure;
import dev.millrace.ops.bench.report.Spread;
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
 * @param settling of these arms
 */
record Setting(
        String scope,
        Plan plan,
        Board board,
        Children children,
        MillraceJvm jvm,
        LoadGenerator load,
        MockVendorProcess vendor,
        Optional<MillraceStack> stack,
        List<Arm> arms,
        Settling settling,
        Random random) {
    Setting {
        arms = List.copyOf(arms);
    }

    /** Puts a figure on the board, under the scope's name, of an arm that takes no calls or has ended. */
    void add(String metric, String arm, String unit, Spread value, long samples, List<String> failed) {
        board.add(new Figure(scope + metric, arm, unit, value, samples, failed));
    }

    /** Puts a figure on the board, under the scope's name; it counts only while all processes of its arm live. */
    void add(String metric, Arm arm, String unit, Spread value, long samples, List<String> failed) {
        add(metric, arm, unit, value, samples, failed, false);
    }

    /** The same; {@code atLeast} when the value is only known not to be less. */
    void add(String metric, Arm arm, String unit, Spread value, long samples, List<String> failed, boolean atLeast) {
        var gates = new ArrayList<>(failed);
        gates.addAll(Gates.ended(arm));
        board.add(new Figure(scope + metric, arm.name(), unit, value, samples, gates, atLeast));
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

    /** Waits, a few seconds at most, until the arms do no more than when nobody calls. */
    void settle() {
        settling.await();
    }

    /** Those whose streams are opened by the thousand. */
    Stream<Arm> opening() {
        return between().stream().filter(arm -> plan.streams().arms().contains(arm.kind()));
    }

    Stream<Arm> millraces() {
        return arms.stream().filter(arm -> arm.kind().isMillrace());
    }
}
