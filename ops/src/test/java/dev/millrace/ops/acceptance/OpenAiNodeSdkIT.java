package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.ops.stack.SharedStack;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The official OpenAI client for Node works with nothing but another base URL: {@code src/test/node/openai}. */
final class OpenAiNodeSdkIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void passesEveryScenarioOfTheNodeSuite() throws JsonProcessingException {
        // Given
        var project = NodeProject.install("ops/src/test/node/openai");
        var scripts = Map.of(
                "truncate", Script.failing("truncate"),
                "failingOnce", Script.failingOnce("500"),
                "paced", Script.paced(40, 50));
        var environment = Map.of(
                "MILLRACE_URL", STACK.http().toString(),
                "MILLRACE_API_KEY", STACK.apiKey(),
                "MILLRACE_SCRIPTS", HttpDoor.JSON.writeValueAsString(scripts));
        // When
        var ended = project.run(environment, PATIENCE, "node", "--test", "--test-reporter=tap");
        // Then
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("# pass 28").contains("# fail 0").contains("# skipped 0");
    }
}
