package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.CatalogueRecord;
import dev.millrace.ops.client.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What an operator changes in the catalogue takes effect while the system runs, and the models that need no key answer. */
@TestInstance(Lifecycle.PER_CLASS)
final class CatalogueIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path directory;

    private Stack stack;
    private Endpoints endpoints;
    private HttpDoor door;

    @BeforeAll
    void start() throws IOException {
        Files.writeString(directory.resolve("millrace.yaml"), "catalogue: {files: [house.yaml]}\n");
        house("first", 1);
        stack = Stack.up("up-catalogue", directory, Map.of());
        endpoints = stack.endpoints();
        door = HttpDoor.of(endpoints);
    }

    @AfterAll
    void end() {
        stack.close();
    }

    private static void house(String model, int dollars) throws IOException {
        Files.writeString(directory.resolve("house.yaml"), """
                providers:
                  house:
                    adapter: local
                    models:
                      %s: {vendor-model: echo, context-tokens: 8192, prices: {input: %s, output: 0, above: {10: {input: 100}}}}
                """.formatted(model, dollars));
    }

    private HttpDoor.Answer chat(String model, String prompt) {
        return door.chat(new Script(model, Map.of()).body(prompt, false, Map.of()));
    }

    private void awaitModel(String model) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(chat(model, "hi").status()).as(model).isEqualTo(200));
    }

    @Test
    void putsAChangedFileInForceInEveryModule() throws IOException {
        // Given
        house("second", 3);
        // When
        awaitModel("house/second");
        // Then
        var answer = chat("house/second", "one two three");
        assertThat(answer.chatText()).isEqualTo("one two three");
        var job = door.job(answer.jobId());
        assertThat(job.path("cost_nanos").asLong())
                .as("the new price")
                .isEqualTo(3_000 * job.path("usage").path("input_tokens").asLong());
        assertThat(chat("house/first", "hi").status())
                .as("the old model is gone")
                .isEqualTo(404);
        // When
        var dear = door.job(chat("house/second", "word ".repeat(50)).jobId());
        // Then
        assertThat(dear.path("cost_nanos").asLong())
                .as("the price of a long context")
                .isEqualTo(100_000 * dear.path("usage").path("input_tokens").asLong());
    }

    @Test
    void keepsTheOldCatalogueAndSaysWhyTheNewOneIsRefused() throws Exception {
        // Given
        house("steady", 1);
        awaitModel("house/steady");
        // When
        Files.writeString(directory.resolve("house.yaml"), "providers: {house: {adapter: local, modles: {}}}");
        // Then
        await().atMost(SOON).untilAsserted(() -> assertThat(metrics()).contains("millrace_catalogue_refused 1.0"));
        assertThat(chat("house/steady", "hi").status()).isEqualTo(200);
        assertThat(stack.process().output()).contains("house.yaml: providers.house.modles: no such key");
        // When
        house("steady", 2);
        // Then
        await().atMost(SOON).untilAsserted(() -> assertThat(metrics()).contains("millrace_catalogue_refused 0.0"));
    }

    @Test
    void takesDocumentsFromTheControlTopic() {
        try (var topics = TopicDoor.of(endpoints)) {
            var topic = topics.topics().catalogue();
            var record = CatalogueRecord.newBuilder()
                    .setName("guests")
                    .setYaml("providers: {guest: {adapter: local, models: {echo: {prices: {input: 0, output: 0}}}}}")
                    .build();
            // When
            topics.send(topic.name(), "guests", topics.codecs().codec(topic).encode(record));
            // Then
            awaitModel("guest/echo");
            // When
            topics.send(topic.name(), "guests", null);
            // Then
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(chat("guest/echo", "hi").status()).isEqualTo(404));
        }
    }

    @Test
    void embedsWithoutAKey() {
        // When
        var answer = embeddings("native/all-minilm-l6-v2", "A man is eating pasta.", "A man is eating food.");
        // Then
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        var data = answer.json().path("data");
        assertThat(data).hasSize(2);
        assertThat(data.path(0).path("embedding")).hasSize(384);
        assertThat(cosine(data.path(0).path("embedding"), data.path(1).path("embedding")))
                .isCloseTo(0.7035, within(0.001));
        assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isEqualTo(8 + 8);
        assertThat(embeddings("native/bge-small-en-v1.5", "hello").status()).isEqualTo(200);
    }

    @Test
    void saysWhichTextIsTooLongForAModelInProcess() {
        var answer = embeddings("native/bge-small-en-v1.5", "short", "word ".repeat(600));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("input[1] has 602 tokens");
    }

    private HttpDoor.Answer embeddings(String model, String... texts) {
        return door.post("/v1/embeddings", HttpDoor.write(Map.of("model", model, "input", List.of(texts))));
    }

    private static double cosine(JsonNode one, JsonNode other) {
        double sum = 0;
        for (int i = 0; i < one.size(); i++) {
            sum += one.path(i).asDouble() * other.path(i).asDouble();
        }
        return sum;
    }

    private String metrics() throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(endpoints.management() + "/metrics"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }
}
