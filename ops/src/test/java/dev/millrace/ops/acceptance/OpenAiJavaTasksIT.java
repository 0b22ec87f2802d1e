package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.moderations.ModerationCreateParams;
import dev.millrace.ops.stack.SharedStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The official OpenAI client for Java: everything that is no conversation, with the built-in vendor behind it. */
final class OpenAiJavaTasksIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final String PNG = "\u0089PNG";

    @TempDir
    private Path directory;

    private final OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(STACK.http().resolve("/v1").toString())
            .apiKey(STACK.apiKey())
            .maxRetries(0)
            .timeout(Duration.ofSeconds(30))
            .build();

    @AfterEach
    void close() {
        client.close();
    }

    private Path recording(int bytes) throws IOException {
        var wav = new byte[bytes];
        System.arraycopy("RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII), 0, wav, 0, 16);
        return Files.write(directory.resolve("a.wav"), wav);
    }

    @Test
    void embeds() {
        var params = EmbeddingCreateParams.builder()
                .model("local/embed")
                .inputOfArrayOfStrings(List.of("a sack", "a mill", "a sack"))
                .dimensions(16)
                .build();

        var data = client.embeddings().create(params).data();

        assertThat(data).hasSize(3);
        assertThat(data.get(0).embedding()).hasSize(16).isEqualTo(data.get(2).embedding());
        assertThat(data.get(0).embedding()).isNotEqualTo(data.get(1).embedding());
    }

    @Test
    void makesImages() {
        var params = ImageGenerateParams.builder()
                .model("local/image")
                .prompt("a mill")
                .n(2)
                .build();

        var images = client.images().generate(params).data().orElseThrow();

        assertThat(images).hasSize(2).allSatisfy(image -> {
            var bytes = Base64.getDecoder().decode(image.b64Json().orElseThrow());
            assertThat(new String(bytes, 0, 4, StandardCharsets.ISO_8859_1)).isEqualTo(PNG);
        });
    }

    @Test
    void speaks() throws IOException {
        var params = SpeechCreateParams.builder()
                .model("local/speech")
                .voice("alloy")
                .input("one two three")
                .responseFormat(SpeechCreateParams.ResponseFormat.WAV)
                .build();

        try (var response = client.audio().speech().create(params)) {
            assertThat(response.headers().values("content-type")).containsExactly("audio/wav");
            assertThat(response.body().readAllBytes()).hasSize(44 + 2 * 2400);
        }
    }

    @Test
    void transcribesWhatIsTooLargeForARecord() throws IOException {
        var params = TranscriptionCreateParams.builder()
                .model("local/transcribe")
                .file(recording(3_000_000))
                .build();

        var text =
                client.audio().transcriptions().create(params).asTranscription().text();

        assertThat(text).startsWith("a recording of 3000000 bytes");
    }

    @Test
    void moderates() {
        var params = ModerationCreateParams.builder()
                .model("local/moderate")
                .inputOfStrings(List.of("a sack of flour", "I will attack"))
                .build();

        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.files().retrieve("file_none"));
        assertThat(client.withOptions(options -> options.responseValidation(false))
                        .moderations()
                        .create(params)
                        .results())
                .extracting(result -> result.flagged())
                .containsExactly(false, true);
    }

    @Test
    void keepsFiles() throws IOException {
        // Given
        var path = recording(1_200_000);
        var params = FileCreateParams.builder()
                .file(path)
                .purpose(FilePurpose.USER_DATA)
                .build();
        // When
        var file = client.files().create(params);
        // Then
        assertThat(file.bytes()).isEqualTo(1_200_000);
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().untilAsserted(() -> {
            try (var content = client.files().content(file.id())) {
                assertThat(content.body().readAllBytes()).isEqualTo(Files.readAllBytes(path));
            }
        });
        assertThat(client.files().delete(file.id()).deleted()).isTrue();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThatExceptionOfType(NotFoundException.class)
                        .isThrownBy(() -> client.files().retrieve(file.id())));
    }

    @Test
    void refusesAModelThatDoesSomethingElse() {
        var params =
                EmbeddingCreateParams.builder().model("local/image").input("x").build();

        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> client.embeddings().create(params))
                .satisfies(problem -> assertThat(problem.param()).hasValue("model"));
    }
}
