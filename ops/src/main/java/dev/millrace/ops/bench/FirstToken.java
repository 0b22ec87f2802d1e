package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.MillraceStack;
import dev.millrace.ops.bench.hops.StreamedCall;
import dev.millrace.ops.bench.report.Spread;
import java.util.ArrayList;
import java.util.List;

/** From starting {@code up} on an empty directory to the first token of its own scripted model, when no other Millrace runs. */
final class FirstToken {
    static final String SECONDS = "start.to-first-token";

    private final Setting setting;

    FirstToken(Setting setting) {
        this.setting = setting;
    }

    void measure() {
        setting.board().step(Metric.START + " ...");
        var seconds = new ArrayList<Double>();
        int starts = setting.plan().loadRounds();
        for (int i = 0; i < starts; i++) {
            long beganNanos = System.nanoTime();
            var stack = MillraceStack.startPlain(setting.children(), setting.jvm(), "start-" + i);
            long askedNanos = System.nanoTime();
            try (var call = new StreamedCall(
                    "first call", stack.endpoints().http(), stack.endpoints().apiKey())) {
                seconds.add((askedNanos - beganNanos + call.call().firstNanos()) / 1e9);
            }
            setting.children().end(stack.process());
        }
        setting.add(SECONDS, Arm.Kind.MILLRACE.word(), "s", Spread.of(seconds), starts, List.of());
        new Targets(setting.board(), setting.scope(), Arm.Kind.MILLRACE).start();
    }
}
