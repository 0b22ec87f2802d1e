package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The official Anthropic client for Node works with nothing but another base URL: {@code src/test/node/anthropic}. */
final class AnthropicNodeSdkIT {
    @RegisterExtension
    static final RecordedStack STACK = new RecordedStack();

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void passesEveryScenarioOfTheNodeSuite() {
        // Given
        var project = NodeProject.install("ops/src/test/node/anthropic");
        var environment = Map.of("MILLRACE_URL", STACK.http().toString(), "MILLRACE_API_KEY", STACK.apiKey());
        // When
        var ended = project.run(environment, PATIENCE, "node", "--test", "--test-reporter=tap");
        // Then
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("# pass 7").contains("# fail 0").contains("# skipped 0");
    }
}
