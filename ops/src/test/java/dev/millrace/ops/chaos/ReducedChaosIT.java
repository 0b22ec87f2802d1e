package dev.millrace.ops.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.chaos.report.ReportText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fault run on the small fleet with a fixed seed; {@code -Dseed=N} takes another. Its logs stay under {@code target}. */
final class ReducedChaosIT {
    private static final long SEED = Long.getLong("seed", 11);

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void keepsEveryPromiseWhileProcessesDie() throws Exception {
        // Given
        var report = Path.of("target", "chaos").toAbsolutePath();
        var plan = new ChaosPlan(SEED, 0.6, 15, 10, true, Optional.empty(), report, Optional.empty());
        // When
        var run = new ChaosRun(plan, System.out::println).run();
        // Then
        assertThat(run.held()).as(new ReportText(run).markdown()).isTrue();
        assertThat(run.kills()).isPositive();
        assertThat(run.accepted()).isPositive();
    }
}
