package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.types.EmbedContentConfig;
import com.google.genai.types.FinishReason;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import com.google.genai.types.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Google's official client for Java works with nothing but another base URL. */
@TestInstance(Lifecycle.PER_CLASS)
final class GoogleJavaSdkIT {
    private static final String PROMPT = "Count the sacks of flour: one, two, three, four, five, six.";

    @TempDir
    private static Path directory;

    private RecordedGemini recorded;
    private Client client;

    @BeforeAll
    void start() {
        recorded = new RecordedGemini(directory);
        client = client(recorded.endpoints().apiKey().reveal());
    }

    @AfterAll
    void end() {
        client.close();
        recorded.close();
    }

    private Client client(String apiKey) {
        var options = HttpOptions.builder()
                .baseUrl(recorded.endpoints().http().toString())
                .timeout(30_000)
                .retryOptions(HttpRetryOptions.builder().attempts(1).build())
                .build();
        return Client.builder().apiKey(apiKey).httpOptions(options).build();
    }

    private static GenerateContentConfig tool(String... names) {
        var functions = new ArrayList<FunctionDeclaration>();
        for (var name : names) {
            var city = Schema.builder().type(Type.Known.STRING).build();
            functions.add(FunctionDeclaration.builder()
                    .name(name)
                    .parameters(Schema.builder()
                            .type(Type.Known.OBJECT)
                            .properties(Map.of("city", city))
                            .build())
                    .build());
        }
        return GenerateContentConfig.builder()
                .tools(Tool.builder().functionDeclarations(functions).build())
                .build();
    }

    private List<GenerateContentResponse> stream(String model, GenerateContentConfig config) {
        var chunks = new ArrayList<GenerateContentResponse>();
        try (var stream = client.models.generateContentStream(model, PROMPT, config)) {
            stream.forEach(chunks::add);
        }
        return chunks;
    }

    private static List<Part> parts(List<GenerateContentResponse> chunks) {
        var parts = new ArrayList<Part>();
        for (var chunk : chunks) {
            for (var candidate : chunk.candidates().orElse(List.of())) {
                candidate.content().flatMap(content -> content.parts()).ifPresent(parts::addAll);
            }
        }
        return parts;
    }

    private static List<FunctionCall> calls(List<GenerateContentResponse> chunks) {
        return parts(chunks).stream()
                .flatMap(part -> part.functionCall().stream())
                .toList();
    }

    @Test
    void streamsTheSameTextThatItAnswersWhole() {
        // When
        var whole = client.models.generateContent("local/echo", PROMPT, null);
        var chunks = stream("local/echo", GenerateContentConfig.builder().build());
        // Then
        var streamed = new StringBuilder();
        parts(chunks).forEach(part -> streamed.append(part.text().orElse("")));
        assertThat(whole.text()).contains("sacks of flour");
        assertThat(streamed.toString()).isEqualTo(whole.text());
        assertThat(chunks).hasSizeGreaterThan(3);
        assertThat(whole.finishReason()).isEqualTo(new FinishReason(FinishReason.Known.STOP));
        assertThat(chunks.getLast().usageMetadata()).isEqualTo(whole.usageMetadata());
        assertThat(whole.usageMetadata().orElseThrow().totalTokenCount().orElseThrow())
                .isPositive();
    }

    @Test
    void callsAToolOfAnotherDialect() {
        var whole = client.models.generateContent("local/tools", PROMPT, tool("get_weather"));
        assertThat(calls(List.of(whole))).singleElement().satisfies(call -> {
            assertThat(call.name()).hasValue("get_weather");
            assertThat(call.args().orElseThrow()).containsKey("city");
        });
    }

    @Test
    void tellsRecordedCallsWholeAndStreamed() {
        var whole = client.models.generateContent("recorded/call", PROMPT, tool("add", "multiply"));
        assertThat(calls(List.of(whole)))
                .extracting(call -> call.name().orElse(""))
                .containsExactly("add", "multiply");
        assertThat(calls(List.of(whole)))
                .extracting(call -> call.id().orElse(""))
                .containsExactly("wxvlv0tv", "75p2opbh");
        var streamed = calls(stream("recorded/tools", tool("add", "multiply")));
        assertThat(streamed).extracting(call -> call.name().orElse("")).containsExactly("add", "multiply");
    }

    @Test
    void tellsARecordedStreamWithThoughtsAndSignatures() {
        var chunks = stream("recorded/thinking", GenerateContentConfig.builder().build());
        assertThat(parts(chunks)).anyMatch(part -> part.thought().orElse(false));
        assertThat(parts(chunks)).anyMatch(part -> part.thoughtSignature().isPresent());
        assertThat(chunks.getLast().usageMetadata().orElseThrow().thoughtsTokenCount())
                .hasValue(902);
    }

    @Test
    void embeds() {
        var config = EmbedContentConfig.builder().outputDimensionality(768).build();
        var answer = client.models.embedContent("recorded/embedding", "wheel", config);
        assertThat(answer.embeddings().orElseThrow())
                .singleElement()
                .satisfies(vector -> assertThat(vector.values().orElseThrow()).hasSize(768));
    }

    @Test
    void countsTokens() {
        var answer = client.models.countTokens("local/echo", PROMPT, null);
        assertThat(answer.totalTokens().orElseThrow()).isGreaterThan(5);
    }

    @Test
    void givesARecordedPicture() {
        var answer = client.models.generateContent("recorded/picture", PROMPT, null);
        assertThat(parts(List.of(answer)))
                .filteredOn(part -> part.inlineData().isPresent())
                .singleElement()
                .satisfies(part ->
                        assertThat(part.inlineData().orElseThrow().mimeType()).hasValue("image/png"));
    }

    @Test
    void namesTheUnknownModelInANotFound() {
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> client.models.generateContent("gemini-2.5-flsh", PROMPT, null))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(404);
                    assertThat(problem.status()).isEqualTo("NOT_FOUND");
                    assertThat(problem.getMessage()).contains("gemini-2.5-flash");
                });
    }

    @Test
    void refusesAWrongKey() {
        try (var wrong = client("mrk_0000000000000000_" + "0".repeat(64) + "_00000000")) {
            assertThatExceptionOfType(ClientException.class)
                    .isThrownBy(() -> wrong.models.generateContent("local/echo", PROMPT, null))
                    .satisfies(problem -> assertThat(problem.code()).isEqualTo(401));
        }
    }

    @Test
    void doesNotBlameTheCallerForTheOperatorsKey() {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> client.models.generateContent("recorded/bad-key", PROMPT, null))
                .satisfies(problem -> assertThat(problem.code()).isGreaterThanOrEqualTo(500));
    }

    @Test
    void endsABrokenStreamInAnErrorAndNotInSilence() {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() ->
                        stream("recorded/cut", GenerateContentConfig.builder().build()));
    }
}
