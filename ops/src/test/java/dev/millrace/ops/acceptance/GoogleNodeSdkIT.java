package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Google's official client for Node works with nothing but another base URL: {@code src/test/node/google}. */
final class GoogleNodeSdkIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void passesEveryScenarioOfTheNodeSuite(@TempDir Path directory) {
        // Given
        var project = NodeProject.install("ops/src/test/node/google");
        try (var recorded = new RecordedGemini(directory)) {
            var environment = Map.of(
                    "MILLRACE_URL", recorded.endpoints().http().toString(),
                    "MILLRACE_API_KEY", recorded.endpoints().apiKey().reveal());
            // When
            var ended = project.run(environment, PATIENCE, "node", "--test", "--test-reporter=tap");
            // Then
            assertThat(ended.status()).as(ended.output()).isZero();
            assertThat(ended.output())
                    .contains("# pass 11")
                    .contains("# fail 0")
                    .contains("# skipped 0");
        }
    }
}
