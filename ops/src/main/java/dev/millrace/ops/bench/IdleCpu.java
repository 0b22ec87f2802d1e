package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.report.Spread;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** CPU time that arms use while nobody calls them: all of them run at once, so this much is taken from whichever is measured. */
final class IdleCpu {
    static final String IDLE = "idle.cpu";

    private static final Duration LENGTH = Duration.ofSeconds(4);

    private final Setting setting;

    IdleCpu(Setting setting) {
        this.setting = setting;
    }

    void measure() {
        setting.settle();
        Map<Arm.Kind, Duration> before = new EnumMap<>(Arm.Kind.class);
        setting.between().forEach(arm -> before.put(arm.kind(), arm.cpu()));
        Pause.of(LENGTH);
        for (var arm : setting.between()) {
            var used = arm.cpu().minus(Objects.requireNonNull(before.get(arm.kind())));
            double share = 100.0 * used.toNanos() / LENGTH.toNanos();
            setting.add(IDLE, arm, "% of a core", Spread.single(share), 1, List.of());
        }
    }
}
