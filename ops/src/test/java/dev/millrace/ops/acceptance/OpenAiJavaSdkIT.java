package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.models.Model;
import dev.millrace.ops.stack.SharedStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official OpenAI client for Java works with nothing but another base URL. */
final class OpenAiJavaSdkIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final String PROMPT = "Count the sacks of flour: one, two, three, four, five, six.";

    private OpenAIClient client = client(STACK.apiKey());

    private static OpenAIClient client(String apiKey) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(STACK.http().resolve("/v1").toString())
                .apiKey(apiKey)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static ChatCompletionCreateParams.Builder call(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(PROMPT);
    }

    private static ChatCompletionCreateParams.Builder scripted(Script script) {
        return call(script.model()).putAdditionalBodyProperty("local", JsonValue.from(script.local()));
    }

    @Test
    void streamsTheSameTextThatItAnswersWhole() {
        // Given
        var accumulator = ChatCompletionAccumulator.create();
        var params = call("local/echo")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        // When
        var whole = client.chat().completions().create(call("local/echo").build());
        long chunks;
        try (var stream = client.chat().completions().createStreaming(params)) {
            chunks = stream.stream().peek(accumulator::accumulate).count();
        }
        // Then
        var streamed = accumulator.chatCompletion();
        assertThat(text(whole)).contains("sacks of flour");
        assertThat(text(streamed)).isEqualTo(text(whole));
        assertThat(chunks).isGreaterThan(3);
        assertThat(finish(streamed)).isEqualTo(finish(whole)).isEqualTo("stop");
        assertThat(streamed.usage()).isEqualTo(whole.usage()).hasValueSatisfying(usage -> {
            assertThat(usage.promptTokens()).isPositive();
            assertThat(usage.completionTokens()).isPositive();
            assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens());
        });
    }

    @Test
    void leavesUsageOutOfTheStreamUnlessAsked() {
        try (var stream =
                client.chat().completions().createStreaming(call("local/echo").build())) {
            assertThat(stream.stream()).isNotEmpty().allSatisfy(chunk -> {
                assertThat(chunk.usage()).isEmpty();
                assertThat(chunk.choices()).isNotEmpty();
            });
        }
    }

    @Test
    void callsATool() {
        // Given
        var city = Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string")));
        var parameters = FunctionParameters.builder();
        city.forEach((name, value) -> parameters.putAdditionalProperty(name, JsonValue.from(value)));
        var params = call("local/tools")
                .addFunctionTool(FunctionDefinition.builder()
                        .name("get_weather")
                        .parameters(parameters.build())
                        .build())
                .build();
        // When
        var whole = client.chat().completions().create(params);
        var accumulator = ChatCompletionAccumulator.create();
        try (var stream = client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        // Then
        for (var completion : List.of(whole, accumulator.chatCompletion())) {
            assertThat(finish(completion)).isEqualTo("tool_calls");
            assertThat(completion.choices().getFirst().message().toolCalls())
                    .hasValueSatisfying(calls -> assertThat(calls)
                            .singleElement()
                            .satisfies(call -> {
                                assertThat(call.asFunction().id()).isNotBlank();
                                assertThat(call.asFunction().function().name()).isEqualTo("get_weather");
                                assertThat(call.asFunction().function().arguments())
                                        .startsWith("{\"city\":\"")
                                        .endsWith("\"}");
                            }));
        }
    }

    @Test
    void namesTheUnknownModelInANotFound() {
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() ->
                        client.chat().completions().create(call("gpt-4o-minny").build()))
                .satisfies(problem -> {
                    assertThat(problem.code()).hasValue("model_not_found");
                    assertThat(problem.param()).hasValue("model");
                    assertThat(problem.getMessage()).contains("gpt-4o-mini");
                });
    }

    @Test
    void refusesAWrongKey() {
        client.close();
        client = client("mrk_0000000000000000_" + "0".repeat(64) + "_00000000");
        assertThatExceptionOfType(UnauthorizedException.class)
                .isThrownBy(() ->
                        client.chat().completions().create(call("local/echo").build()))
                .satisfies(problem -> assertThat(problem.code()).hasValue("authentication_failed"));
    }

    @Test
    void namesTheMemberThatIsWrong() {
        var params = call("local/echo").temperature(99.0);
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> client.chat().completions().create(params.build()))
                .satisfies(problem -> {
                    assertThat(problem.param()).hasValue("temperature");
                    assertThat(problem.type()).hasValue("invalid_request_error");
                });
    }

    @Test
    void endsABrokenStreamInAnErrorAndNotInSilence() {
        var params = scripted(Script.failing("truncate")).build();
        try (var stream = client.chat().completions().createStreaming(params)) {
            assertThatExceptionOfType(SseException.class)
                    .isThrownBy(() -> stream.stream().forEach(chunk -> {}))
                    .satisfies(problem -> assertThat(problem.code()).hasValue("stream_truncated"));
        }
    }

    @Test
    void turnsAVendorThatStaysDownIntoAServerError() {
        var params = scripted(Script.failing("500")).build();
        assertThatExceptionOfType(InternalServerException.class)
                .isThrownBy(() -> client.chat().completions().create(params))
                .satisfies(problem -> assertThat(problem.code()).hasValue("vendor_unavailable"));
    }

    @Test
    void triesAgainWhenTheVendorFailsFirst() {
        var params = scripted(Script.failingOnce("500")).build();
        try (HttpResponseFor<ChatCompletion> answer =
                client.withRawResponse().chat().completions().create(params)) {
            assertThat(answer.headers().values("millrace-attempts")).containsExactly("2");
            assertThat(text(answer.parse())).isNotBlank();
        }
    }

    /** A client that leaves in mid-stream: the call's own policy decides what becomes of the job. */
    @ParameterizedTest(name = "on_disconnect {0}: {1}")
    @CsvSource({"finish, completed", "cancel, cancelled"})
    void followsThePolicyWhenTheClientLeavesInMidStream(String policy, String end) {
        // Given
        var params = scripted(Script.paced(40, 50))
                .putAdditionalBodyProperty("millrace", JsonValue.from(Map.of("on_disconnect", policy)))
                .build();
        // When
        String jobId;
        try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> answer =
                client.withRawResponse().chat().completions().createStreaming(params)) {
            jobId = answer.headers().values("millrace-job-id").getFirst();
            assertThat(answer.parse().stream().limit(3)).hasSize(3);
        }
        // Then
        var door = HttpDoor.of(STACK.endpoints());
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() ->
                        assertThat(door.job(jobId).path("status").asText()).isEqualTo(end));
    }

    @Test
    void listsTheModels() {
        assertThat(client.models().list().data()).extracting(Model::id).contains("local/echo", "openai/gpt-4o-mini");
        assertThat(client.models().retrieve("local/echo").id()).isEqualTo("local/echo");
    }

    private static String text(ChatCompletion completion) {
        return completion.choices().getFirst().message().content().orElse("");
    }

    private static String finish(ChatCompletion completion) {
        return completion.choices().getFirst().finishReason().asString();
    }
}
