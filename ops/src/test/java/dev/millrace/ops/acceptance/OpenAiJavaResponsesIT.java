package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import dev.millrace.ops.stack.SharedStack;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Responses API through the official OpenAI client for Java. */
final class OpenAiJavaResponsesIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final String PROMPT = "Count the sacks of flour: one, two, three, four, five, six.";

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

    private static ResponseCreateParams.Builder call() {
        return ResponseCreateParams.builder().model("local/echo").input(PROMPT);
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(text -> text.text())
                .collect(Collectors.joining());
    }

    @Test
    void streamsTheSameTextThatItAnswersWhole() {
        // When
        var whole = client.responses().create(call().instructions("Be brief.").build());
        var accumulator = ResponseAccumulator.create();
        try (var stream = client.responses()
                .createStreaming(call().instructions("Be brief.").build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        // Then
        var streamed = accumulator.response();
        assertThat(text(whole)).contains("sacks of flour");
        assertThat(text(streamed)).isEqualTo(text(whole));
        assertThat(whole.status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(streamed.usage().orElseThrow().totalTokens())
                .isEqualTo(whole.usage().orElseThrow().totalTokens());
        assertThat(whole.instructions()).isPresent();
    }

    @Test
    void goesOnFromAResponseInTheBackground() {
        // Given
        var begun = client.responses().create(call().background(true).build());
        assertThat(begun.status()).hasValue(ResponseStatus.QUEUED);
        try (var events = client.responses().retrieveStreaming(begun.id())) {
            assertThat(events.stream().filter(event -> event.isCompleted())).hasSize(1);
        }
        // When
        var next =
                client.responses().create(call().previousResponseId(begun.id()).build());
        // Then
        assertThat(next.previousResponseId()).hasValue(begun.id());
        assertThat(client.responses().retrieve(begun.id()).status()).hasValue(ResponseStatus.COMPLETED);
    }

    @Test
    void namesWhatIsWrong() {
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> client.responses()
                        .create(call().putAdditionalBodyProperty("conversation", JsonValue.from("conv_1"))
                                .build()))
                .satisfies(problem -> assertThat(problem.param()).hasValue("conversation"));
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.responses().retrieve("resp_job_00000000000000000000000000_0"));
    }
}
