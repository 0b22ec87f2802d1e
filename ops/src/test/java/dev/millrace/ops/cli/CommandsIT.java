package dev.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.stack.SharedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a running stack. */
class CommandsIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private CommandLineFixture line;

    @BeforeEach
    void open() {
        line = new CommandLineFixture(directory);
    }

    @Test
    void runsOneCall() {
        assertThat(run("run", "local/echo", "Hello from the command line.")).isZero();
        assertThat(line.out()).isEqualTo("Hello from the command line.\n");
    }

    @Test
    void printsTheWholeAnswerAsJson() throws IOException {
        assertThat(run("run", "local/echo", "whole", "--json")).isZero();
        assertThat(JSON.readTree(line.out()).at("/choices/0/message/content").asText())
                .isEqualTo("whole");
    }

    @Test
    void refusesAnUnknownModel() {
        assertThat(run("run", "openai/gpt-9", "x")).isEqualTo(1);
        assertThat(line.err()).contains("model_not_found");
    }

    @Test
    void tellsThatAJobFailed() {
        assertThat(run("run", "local/fail-400", "x")).isEqualTo(1);
        assertThat(line.err()).contains("[vendor_refused]");
    }

    @Test
    void listsJobsTopicsModelsAndCredits() {
        run("run", "local/echo", "x");

        assertThat(run("jobs")).isZero();
        assertThat(line.out()).contains("job_");
        assertThat(run("topics")).isZero();
        assertThat(line.out()).contains("inference-results").doesNotContain("missing");
        assertThat(run("models")).isZero();
        assertThat(line.out()).contains("local/echo");
        assertThat(run("credits", "--json")).isZero();
        assertThat(line.out()).contains("\"account\":\"dev\"");
    }

    @Test
    void cancelsARunningJobAndFollowsItToItsEnd() {
        try (var client = STACK.client()) {
            var body = JSON.createObjectNode().put("model", "local/slow");
            body.putArray("messages").addObject().put("role", "user").put("content", "a b c d e f g h i j ".repeat(20));
            var id = client.post("/v1/jobs", body, Map.of()).body().path("id").asText();

            assertThat(run("cancel", id)).isZero();
            assertThat(run("tail", "--job", id)).isZero();
            assertThat(line.out()).containsPattern("end (CANCELLED|ABORTED)");
        }
    }

    @Test
    void makesAKeyThatWorksUntilItIsRevoked() throws IOException {
        assertThat(run("keys", "create", "acme", "--json")).isZero();
        var key = JSON.readTree(line.out());
        line.env("MILLRACE_CLIENT_API_KEY", key.path("key").asText());

        assertThat(run("run", "local/echo", "as acme")).isZero();
        assertThat(run("keys", "list", "--account", "acme")).isZero();
        assertThat(line.out())
                .contains(key.path("id").asText())
                .doesNotContain(key.path("key").asText());

        assertThat(run("keys", "revoke", key.path("id").asText())).isZero();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> run("run", "local/echo", "x") == 1);
        assertThat(line.err()).contains("authentication_failed");
    }

    @Test
    void administersAccounts() throws IOException {
        assertThat(run("accounts", "set", "acme-2", "--name", "Acme", "--label", "tier=gold"))
                .isZero();
        assertThat(run("accounts", "list", "--json")).isZero();
        assertThat(JSON.readTree(line.out()).path("data").findValuesAsText("id"))
                .contains("acme-2");
    }

    @Test
    void submitsAFileOnce() throws IOException {
        var file = Files.writeString(directory.resolve("batch.jsonl"), """
                {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"local/echo","messages":[{"role":"user","content":"first"}]}}
                {"custom_id":"b","body":{"model":"local/fail-400","messages":[{"role":"user","content":"second"}]}}

                {"model":"local/echo","messages":[{"role":"user","content":"third"}]}
                """);
        var output = directory.resolve("results.jsonl");

        assertThat(run("submit", file.toString(), "--output", output.toString()))
                .isEqualTo(1);
        var first = results(output);
        assertThat(first.keySet()).containsExactly("a", "b", "line-4");
        assertThat(first.values())
                .extracting(json -> json.path("status").asText())
                .containsExactly("completed", "failed", "completed");
        assertThat(String.valueOf(first.get("a"))).contains("first");
        assertThat(line.err()).contains("2 of 3 lines completed.");

        run("submit", file.toString(), "--output", output.toString());
        assertThat(ids(results(output))).isEqualTo(ids(first));

        run("submit", file.toString(), "--output", output.toString(), "--run", "again");
        assertThat(ids(results(output))).doesNotContainAnyElementsOf(ids(first));
    }

    @Test
    void reportsBadLinesWithTheirNumbersAndSubmitsNothing() throws IOException {
        var file = Files.writeString(directory.resolve("bad.jsonl"), """
                {"custom_id":"a","body":{"model":"local/echo","messages":[]}}
                nonsense
                {"custom_id":"a","body":{"model":"local/echo","messages":[]}}
                {"custom_id":"c","body":{"messages":[]}}
                """);

        assertThat(run("submit", file.toString())).isEqualTo(2);
        assertThat(line.out()).isEmpty();
        assertThat(line.err())
                .contains("line 2: not JSON")
                .contains("line 3: custom_id 'a' is that of line 1")
                .contains("line 4: the body names no model");
    }

    private int run(String... arguments) {
        var all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = STACK.stack().data().toString();
        return line.run(all);
    }

    private static Map<String, JsonNode> results(Path output) throws IOException {
        var results = new TreeMap<String, JsonNode>();
        for (var text : Files.readAllLines(output)) {
            var json = JSON.readTree(text);
            results.put(json.path("custom_id").asText(), json);
        }
        return results;
    }

    private static List<String> ids(Map<String, JsonNode> results) {
        return results.values().stream().map(json -> json.path("id").asText()).toList();
    }
}
