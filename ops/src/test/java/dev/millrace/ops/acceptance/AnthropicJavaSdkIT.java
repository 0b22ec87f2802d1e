package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.SseException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.ErrorType;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The official Anthropic client for Java works with nothing but another base URL, in front of Anthropic and of another vendor. */
final class AnthropicJavaSdkIT {
    @RegisterExtension
    static final RecordedStack STACK = new RecordedStack();

    private static final String PROMPT = "Count the sacks of flour: one, two, three, four, five, six.";

    private AnthropicClient client = client(STACK.apiKey());

    private static AnthropicClient client(String apiKey) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(STACK.http().toString())
                .apiKey(apiKey)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static MessageCreateParams.Builder call(String model) {
        return MessageCreateParams.builder().model(model).maxTokens(500).addUserMessage(PROMPT);
    }

    private Message streamed(MessageCreateParams params) {
        var accumulator = MessageAccumulator.create();
        try (var stream = client.messages().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
    }

    private static String text(Message message) {
        var text = new StringBuilder();
        message.content().forEach(block -> block.text().ifPresent(part -> text.append(part.text())));
        return text.toString();
    }

    @Test
    void streamsTheSameTextThatItAnswersWhole() {
        // When
        var whole = client.messages().create(call("local/echo").build());
        var streamed = streamed(call("local/echo").build());
        // Then
        assertThat(text(whole)).contains("sacks of flour");
        assertThat(text(streamed)).isEqualTo(text(whole));
        assertThat(streamed.stopReason()).isEqualTo(whole.stopReason()).hasValue(StopReason.END_TURN);
        assertThat(streamed.usage().inputTokens())
                .isEqualTo(whole.usage().inputTokens())
                .isPositive();
        assertThat(streamed.usage().outputTokens())
                .isEqualTo(whole.usage().outputTokens())
                .isPositive();
    }

    @Test
    void callsAToolOfAVendorThatSpeaksOtherwise() {
        // Given
        var city = Map.of("city", Map.of("type", "string"));
        var tool = Tool.builder()
                .name("get_weather")
                .inputSchema(Tool.InputSchema.builder()
                        .putAdditionalProperty("properties", JsonValue.from(city))
                        .build())
                .build();
        var params = call("local/tools").addTool(tool).build();
        // When
        for (var message : List.of(client.messages().create(params), streamed(params))) {
            // Then
            assertThat(message.stopReason()).hasValue(StopReason.TOOL_USE);
            assertThat(message.content().stream().filter(ContentBlock::isToolUse))
                    .singleElement()
                    .satisfies(block -> {
                        assertThat(block.asToolUse().id()).isNotBlank();
                        assertThat(block.asToolUse().name()).isEqualTo("get_weather");
                        assertThat(block.asToolUse()._input().toString()).contains("city");
                    });
        }
    }

    @Test
    void givesBackWhatAnthropicStreamed() {
        // When
        var text = streamed(call("recorded-anthropic-text/any").build());
        var tools = streamed(call("recorded-anthropic-tools/any").build());
        var thinking = streamed(call("recorded-anthropic-thinking/any").build());
        // Then
        assertThat(text(text)).isEqualTo("1\n2\n3");
        assertThat(text.usage().inputTokens()).isEqualTo(15);
        assertThat(tools.content().stream()
                        .filter(ContentBlock::isToolUse)
                        .map(block -> block.asToolUse().name()))
                .containsExactly("add", "multiply");
        assertThat(tools.stopReason()).hasValue(StopReason.TOOL_USE);
        assertThat(thinking.content().getFirst().thinking()).hasValueSatisfying(block -> {
            assertThat(block.thinking()).startsWith("This is a clever");
            assertThat(block.signature()).isNotBlank();
        });
        assertThat(thinking.usage().outputTokens()).isEqualTo(638);
    }

    @Test
    void givesBackTheCitationsOfAWholeMessage() {
        var message = client.messages()
                .create(call("recorded-anthropic-citations/any").build());
        assertThat(message.content().getFirst().asText().citations())
                .hasValueSatisfying(citations -> assertThat(citations)
                        .singleElement()
                        .satisfies(
                                citation -> assertThat(citation.asCharLocation().citedText())
                                        .contains("Yukihiro Matsumoto")));
    }

    @Test
    void answersErrorsInAnthropicsShape() {
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(
                        () -> client.messages().create(call("claude-nothing").build()))
                .satisfies(problem -> {
                    assertThat(problem.type()).hasValue(ErrorType.NOT_FOUND_ERROR);
                    assertThat(problem.getMessage()).contains("claude-nothing");
                });
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.messages()
                        .create(call("recorded-anthropic-refused/any").build()))
                .satisfies(problem -> assertThat(problem.getMessage()).contains("claude-sonet-4-5"));
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> client.messages()
                        .create(call("local/echo")
                                .putAdditionalBodyProperty("temperature", JsonValue.from(99))
                                .build()))
                .satisfies(problem -> {
                    assertThat(problem.type()).hasValue(ErrorType.INVALID_REQUEST_ERROR);
                    assertThat(problem.getMessage()).contains("temperature");
                });
        client.close();
        client = client("mrk_0000000000000000_" + "0".repeat(64) + "_00000000");
        assertThatExceptionOfType(UnauthorizedException.class)
                .isThrownBy(() -> client.messages().create(call("local/echo").build()))
                .satisfies(problem -> assertThat(problem.type()).hasValue(ErrorType.AUTHENTICATION_ERROR));
    }

    @Test
    void endsABrokenStreamInAnErrorAndNotInSilence() {
        var params = call("local/echo")
                .putAdditionalBodyProperty(
                        "local", JsonValue.from(Script.failing("truncate").local()))
                .build();
        try (var stream = client.messages().createStreaming(params)) {
            assertThatExceptionOfType(SseException.class)
                    .isThrownBy(() -> stream.stream().forEach(event -> {}));
        }
    }

    @Test
    void countsTokens() {
        var params = MessageCountTokensParams.builder()
                .model("local/echo")
                .addUserMessage(PROMPT)
                .build();
        assertThat(client.messages().countTokens(params).inputTokens()).isBetween(10L, 40L);
    }
}
