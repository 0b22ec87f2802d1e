package dev.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.access.Secret;
import dev.millrace.ops.cli.ScriptedServer.Answer;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.client.EndpointsFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "run",
                "run local/echo",
                "run a b c",
                "jobs --limit many",
                "config",
                "keys",
                "accounts set a --on-disconnect perhaps",
                "cancel not+an+id",
                "tail --job not+an+id",
                "up --port high"
            })
    void answersWrongUsageOnStderrWithTwo(String arguments) {
        var line = new CommandLineFixture(directory);

        int exitCode = line.run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(exitCode).isEqualTo(2);
        assertThat(line.out()).isEmpty();
        assertThat(line.err()).isNotEmpty().doesNotContain("at dev.millrace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "keys create --help", "version", "--version", "completion"})
    void answersQuestionsOnStdoutWithZero(String arguments) {
        var line = new CommandLineFixture(directory);

        assertThat(line.run(arguments.split(" "))).isZero();
        assertThat(line.out()).isNotEmpty();
        assertThat(line.err()).isEmpty();
    }

    @Test
    void saysWhatToDoWhenNoStackRuns() {
        var line = new CommandLineFixture(directory);

        assertThat(line.run("jobs")).isEqualTo(3);
        assertThat(line.err()).hasLineCount(1).contains("./millrace up");
    }

    @Test
    void saysInOneSentenceThatNobodyAnswers() {
        var line = new CommandLineFixture(directory)
                .env("MILLRACE_CLIENT_URL", "http://127.0.0.1:1")
                .env("MILLRACE_CLIENT_API_KEY", "key");

        assertThat(line.run("jobs")).isEqualTo(3);
        assertThat(line.err()).hasLineCount(1).contains("http://127.0.0.1:1");
    }

    @Test
    void saysInOneSentenceThatKafkaIsDown() {
        var line = new CommandLineFixture(directory).env("MILLRACE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");

        assertThat(line.run("topics")).isEqualTo(3);
        assertThat(line.err()).contains("Kafka at 127.0.0.1:1 cannot be used").doesNotContain("\tat ");
    }

    @Test
    void showsTheStackTraceWithDebugOnly() {
        var line = new CommandLineFixture(directory);

        line.run("jobs", "--debug");

        assertThat(line.err()).contains("\tat dev.millrace");
    }

    @Test
    void reportsAllMistakesOfTheConfigurationWithTwo() {
        var line = new CommandLineFixture(directory)
                .env("MILLRACE_MANAGEMENT_PORT", "high")
                .env("MILLRACE_TOPICS_POOLZ", "a");

        assertThat(line.run("config", "explain")).isEqualTo(2);
        assertThat(line.err())
                .contains("management.port")
                .contains("MILLRACE_TOPICS_POOLZ")
                .contains("did you mean");
    }

    @Test
    void explainsWithFlagsAndNamedFile() throws IOException {
        Files.writeString(directory.resolve("other.yaml"), "management:\n  port: 17\n");
        var line = new CommandLineFixture(directory);

        assertThat(line.run("config", "explain", "--config", "other.yaml", "--data", "elsewhere"))
                .isZero();
        assertThat(line.out())
                .containsPattern("management\\.port +17 +.*other\\.yaml:2")
                .containsPattern("stack\\.data +elsewhere +flag --data");
    }

    @Test
    void findsTheEndpointsOfTheNearestDataDirectoryUpward() throws IOException {
        try (var server = new ScriptedServer(asked -> Answer.json(200, "{\"data\":[{\"id\":\"job_1\"}]}"))) {
            endpoints(server.uri());
            var below = Files.createDirectories(directory.resolve("a/b"));
            var line = new CommandLineFixture(below);

            assertThat(line.run("jobs")).isZero();
            assertThat(line.out()).contains("job_1");
            assertThat(server.asked().getFirst().key()).isEqualTo("Bearer user-key");
        }
    }

    @Test
    void administersWithTheAdministratorsKey() throws IOException {
        try (var server = new ScriptedServer(asked -> Answer.json(201, "{\"id\":\"k\",\"key\":\"mrk_text\"}"))) {
            endpoints(server.uri());
            var line = new CommandLineFixture(directory);

            assertThat(line.run("keys", "create", "acme", "--scope", "inference,jobs:read", "--label", "ci"))
                    .isZero();
            assertThat(line.out()).isEqualTo("mrk_text\n");
            var asked = server.asked().getFirst();
            assertThat(asked.key()).isEqualTo("Bearer admin-key");
            assertThat(asked.body())
                    .isEqualTo("{\"account\":\"acme\",\"label\":\"ci\",\"scopes\":[\"inference\",\"jobs:read\"]}");
        }
    }

    @Test
    void streamsTheTextOfARun() throws IOException {
        try (var server = new ScriptedServer(asked -> Answer.events(
                chunk("Hel"), chunk("lo"), "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", "[DONE]"))) {
            endpoints(server.uri());
            var line = new CommandLineFixture(directory).stdin("from stdin");

            assertThat(line.run("run", "local/echo", "-", "--system", "be brief", "--max-tokens", "5"))
                    .isZero();
            assertThat(line.out()).isEqualTo("Hello\n");
            assertThat(server.asked().getFirst().body())
                    .contains("\"content\":\"be brief\"")
                    .contains("\"content\":\"from stdin\"")
                    .contains("\"max_completion_tokens\":5")
                    .contains("\"stream\":true");
        }
    }

    @Test
    void failsARunWhoseStreamBreaksOff() throws IOException {
        try (var server = new ScriptedServer(asked -> Answer.events(chunk("Hel")))) {
            endpoints(server.uri());
            var line = new CommandLineFixture(directory);

            assertThat(line.run("run", "local/echo", "hi")).isEqualTo(1);
            assertThat(line.out()).isEqualTo("Hel\n");
            assertThat(line.err()).contains("broke off").contains("tail --job job_test_1");
        }
    }

    @Test
    void failsARunWithAnErrorInsideItsStream() throws IOException {
        try (var server = new ScriptedServer(asked -> Answer.events(
                chunk("Hel"), "{\"error\":{\"message\":\"The vendor cut.\",\"code\":\"stream_truncated\"}}"))) {
            endpoints(server.uri());
            var line = new CommandLineFixture(directory);

            assertThat(line.run("run", "local/echo", "hi")).isEqualTo(1);
            assertThat(line.err()).isEqualTo("The vendor cut. [stream_truncated] (job_test_1)\n");
        }
    }

    @Test
    void tellsTheWorksNoFromInfrastructure() throws IOException {
        var body = "{\"error\":{\"message\":\"No.\",\"code\":\"%s\"}}";
        try (var server = new ScriptedServer(asked -> asked.body().contains("missing")
                ? Answer.json(404, body.formatted("model_not_found"))
                : Answer.json(503, body.formatted("log_unavailable")))) {
            endpoints(server.uri());
            var line = new CommandLineFixture(directory);

            assertThat(line.run("run", "missing", "hi")).isEqualTo(1);
            assertThat(line.run("run", "local/echo", "hi")).isEqualTo(3);
        }
    }

    private void endpoints(URI http) throws IOException {
        var data = Files.createDirectories(directory.resolve(".millrace"));
        EndpointsFile.write(
                data.resolve(EndpointsFile.NAME),
                new Endpoints(
                        http,
                        "127.0.0.1:1",
                        URI.create("http://127.0.0.1:1"),
                        URI.create("http://127.0.0.1:1"),
                        new Secret("user-key"),
                        new Secret("admin-key")));
    }

    private static String chunk(String text) {
        return "{\"choices\":[{\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}";
    }
}
