package dev.millrace.ops.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Lane;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TextPart;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.serde.Codecs;
import dev.millrace.serde.Samples;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Confluent's own serialisers for JavaScript write and read what the codecs read and write, over the embedded registry. */
@Timeout(400)
class JavaScriptInteropIT {
    private static final Path SOURCES = Path.of("src/test/node/schemaregistry");
    private static final Path PROJECT = Path.of("target/node/schemaregistry");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TopicCatalogue TOPICS = new TopicCatalogue(TopicSettings.DEFAULTS);

    private static Cluster cluster;
    private static RegistryClient client;
    private static Codecs codecs;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        Files.createDirectories(PROJECT);
        for (var name : List.of("package.json", "package-lock.json", ".npmrc", "codec.mjs")) {
            Files.copy(SOURCES.resolve(name), PROJECT.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        var log = PROJECT.resolve("npm-ci.log");
        int status = end(new ProcessBuilder("npm", "ci", "--ignore-scripts").redirectOutput(log.toFile()));
        assertThat(status).as("npm ci, see %s", log).isZero();
        cluster = new Cluster(data);
        client = new RegistryClient(RegistryConfig.of(cluster.registry()));
        codecs = new Codecs(client);
        codecs.registerAll(TOPICS);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            client.close();
            cluster.close();
        }
    }

    private static int end(ProcessBuilder command) throws IOException, InterruptedException {
        var process =
                command.directory(PROJECT.toFile()).redirectErrorStream(true).start();
        try {
            assertThat(process.waitFor(300, TimeUnit.SECONDS))
                    .as("%s ends", command.command())
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private byte[] javaScript(String operation, String topic, byte[] input) throws Exception {
        var in = Files.write(directory.resolve("in"), input);
        var out = directory.resolve("out");
        var err = directory.resolve("err");
        var command = new ProcessBuilder(
                        "node", "codec.mjs", operation, cluster.registry().toString(), topic)
                .directory(PROJECT.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        var process = command.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("node ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readAllBytes(out);
    }

    @Test
    void readsARequestThatJavaScriptWrote() throws Exception {
        // Given
        var request = """
                {"jobId": "order-4711", "account": "acme", "model": "local/echo", "createdAtMillis": 1767225600000,
                 "lane": "BATCH", "metadata": {"team": "search"},
                 "input": {"dev.millrace.avro.ChatInput": {"messages": [{"role": "user", "parts": [
                   {"content": {"dev.millrace.avro.TextPart": {"text": "Why do mills stand by rivers? 🌊"}}}]}]}}}
                """;
        // When
        var bytes = javaScript("encode", "inference-requests", request.getBytes(StandardCharsets.UTF_8));
        var decoded = codecs.codec(TOPICS.requests()).decode(bytes);
        // Then
        assertThat(decoded).isInstanceOf(Value.class);
        if (decoded instanceof Value<InferenceRequest>(var value)) {
            assertThat(value.getJobId()).isEqualTo("order-4711");
            assertThat(value.getLane()).isEqualTo(Lane.BATCH);
            assertThat(value.getOperation()).as("left to its default").isEqualTo(Operation.CHAT);
            assertThat(value.getDelivery().getStream()).isFalse();
            assertThat(value.getMetadata()).containsEntry("team", "search");
            assertThat(value.getCreatedAtMillis()).isEqualTo(1_767_225_600_000L);
            var chat = (ChatInput) value.getInput();
            var part = (TextPart)
                    chat.getMessages().getFirst().getParts().getFirst().getContent();
            assertThat(part.getText()).isEqualTo("Why do mills stand by rivers? 🌊");
        }
    }

    @Test
    void writesAResultThatJavaScriptReads() throws Exception {
        // Given
        var bytes = codecs.codec(TOPICS.results()).encode(Samples.result());
        // When
        var read = MAPPER.readTree(javaScript("decode", "inference-results", bytes));
        // Then
        assertThat(read.path("jobId").asText()).isEqualTo("order-4711");
        assertThat(read.path("createdAtMillis").asLong()).isEqualTo(1_767_225_600_123L);
        assertThat(read.path("deltas")).hasSize(9);
        var text = content(read, 0, "TextDelta");
        assertThat(text.path("text").asText()).isEqualTo(Samples.CANARY);
        assertThat(text.at("/logprobs/0/top/0/logprob").asDouble()).isEqualTo(-0.5);
        assertThat(Base64.getDecoder()
                        .decode(bytesOf(content(read, 4, "MediaDelta").path("data"))))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("la");
        assertThat(content(read, 8, "FinishDelta").path("reason").asText()).isEqualTo("STOP");
        assertThat(read.findValue("status").asText()).isEqualTo("COMPLETED");
        assertThat(read.findValue("inputTokens").asLong()).isEqualTo(7);
    }

    private static JsonNode content(JsonNode result, int delta, String type) {
        var content = result.path("deltas").path(delta).path("content");
        assertThat(content.has("dev.millrace.avro." + type))
                .as(content.toString())
                .isTrue();
        return content.path("dev.millrace.avro." + type);
    }

    /** A union of bytes and null, which some versions wrap in its branch's name. */
    private static String bytesOf(JsonNode union) {
        return union.isTextual() ? union.asText() : union.path("bytes").asText();
    }
}
