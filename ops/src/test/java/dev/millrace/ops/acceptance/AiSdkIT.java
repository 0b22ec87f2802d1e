package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.stack.SharedStack;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Vercel's SDK works over four of its provider packages with nothing but another base URL: {@code src/test/node/ai}. */
final class AiSdkIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void passesEveryScenarioOfTheSuite() {
        // Given
        var project = NodeProject.install("ops/src/test/node/ai");
        var environment = Map.of("MILLRACE_URL", STACK.http().toString(), "MILLRACE_API_KEY", STACK.apiKey());
        // When
        var ended = project.run(environment, PATIENCE, "node", "--test", "--test-reporter=tap");
        // Then
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("# pass 13").contains("# fail 0").contains("# skipped 0");
    }
}
