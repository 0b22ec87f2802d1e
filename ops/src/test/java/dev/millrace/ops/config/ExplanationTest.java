package dev.millrace.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {
    @TempDir
    Path directory;

    @Test
    void tellsValueDefaultAndOriginOfEveryKey() {
        var configuration = load(Map.of("MILLRACE_MANAGEMENT_PORT", "7"));

        var text = Explanation.text(configuration);

        assertThat(text.lines()).hasSize(Settings.ALL.size());
        assertThat(text)
                .containsPattern("management\\.port +7 +env MILLRACE_MANAGEMENT_PORT +\\(default: 9090\\)")
                .containsPattern("management\\.host +127\\.0\\.0\\.1 +default");
    }

    @Test
    void neverShowsSecrets() throws JsonProcessingException {
        var configuration = load(Map.of(
                "MILLRACE_REGISTRY_AUTHORIZATION",
                "Basic canary-1",
                "MILLRACE_KAFKA_PROPERTIES",
                "sasl.jaas.config=canary-2",
                "MILLRACE_CLIENT_API_KEY",
                "canary-3"));

        var json = Explanation.json(configuration);

        assertThat(Explanation.text(configuration) + json)
                .doesNotContain("canary")
                .contains("***");
        var first = new ObjectMapper().readTree(json).get(0);
        assertThat(first.path("key").asText()).isEqualTo("kafka.bootstrap-servers");
        assertThat(first.path("origin").path("kind").asText()).isEqualTo("default");
    }

    private Configuration load(Map<String, String> environment) {
        return ConfigurationLoader.load(ConfigurationSources.of(directory, environment));
    }
}
