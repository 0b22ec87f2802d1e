package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.stack.SharedStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The programs of {@code docs/examples} do what the documentation says, run as a user runs them. */
final class TopicClientExamplesIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final String PROMPT = "Grain goes in, flour comes out.";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static Map<String, String> environment() {
        return Map.of(
                "MILLRACE_KAFKA_BOOTSTRAP_SERVERS",
                STACK.kafka(),
                "MILLRACE_REGISTRY_URLS",
                STACK.endpoints().registry().toString(),
                "MILLRACE_ACCOUNT",
                TopicDoor.ACCOUNT);
    }

    /** Confluent's own serdes for JavaScript write the request and read the results. */
    @Test
    void aNodeProgramSubmitsOnTheTopicAndPrintsTheTokens() {
        var example = NodeProject.install("docs/examples/node");
        var ended = example.run(environment(), PATIENCE, "node", "topic-client.mjs", PROMPT);
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains(PROMPT).contains("COMPLETED");
    }

    @Test
    void aNodeProgramIsToldWhyItsJobFailed() {
        var example = NodeProject.install("docs/examples/node");
        var environment = new HashMap<>(environment());
        environment.put("MILLRACE_MODEL", "nobody/nothing");
        var ended = example.run(environment, PATIENCE, "node", "topic-client.mjs", PROMPT);
        assertThat(ended.status()).as(ended.output()).isEqualTo(1);
        assertThat(ended.output()).contains("FAILED").contains("model_not_found");
    }

    @Test
    void aJavaProgramSubmitsOnTheTopicAndPrintsTheTokens() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var source =
                Repository.root().resolve("docs/examples/java/TopicClient.java").toString();
        var ended = Subprogram.run(
                Repository.root(),
                environment(),
                PATIENCE,
                java,
                "--class-path",
                System.getProperty("java.class.path"),
                source,
                PROMPT);
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains(PROMPT).contains("COMPLETED");
    }
}
