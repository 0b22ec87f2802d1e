package dev.millrace.ops.bench.arm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MillraceJvmTest {
    @Test
    void startsProcessesThatEndWithThisOne() {
        var words = new MillraceJvm(null).command("up", Map.of(), List.of("up")).words();
        assertThat(words)
                .contains("-Dmillrace.parent-pid=" + ProcessHandle.current().pid())
                .endsWith("dev.millrace.ops.cli.Main", "up");
    }
}
