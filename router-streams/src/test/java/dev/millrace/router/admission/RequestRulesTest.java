package dev.millrace.router.admission;

import static dev.millrace.router.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.Routing;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.error.ErrorCode;
import dev.millrace.router.Samples;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestRulesTest {
    private final RequestRules rules = new RequestRules(new RequestLimits(2048, 3, 2));

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("jobId", request -> request.setJobId("no spaces please")),
                fault("jobId", request -> request.setJobId("x".repeat(129))),
                fault("correlationId", request -> request.setCorrelationId("x".repeat(256))),
                fault("idempotencyKey", request -> request.setIdempotencyKey("")),
                fault("idempotencyKey", request -> request.setIdempotencyKey("x".repeat(256))),
                fault("fingerprint", request -> request.setFingerprint(ByteBuffer.allocate(65))),
                fault("metadata", request -> request.setMetadata(many(65))),
                fault("priority", request -> request.setPriority(101)),
                fault("priority", request -> request.setPriority(-101)),
                fault("priority", request -> request.setPriority(Integer.MIN_VALUE)),
                fault("routing.fallbacks", request -> request.setRouting(Samples.fallbacks("a", "b", "c"))),
                fault(
                        "routing.maxAttempts",
                        request ->
                                request.setRouting(routing().setMaxAttempts(0).build())),
                fault(
                        "routing.maxAttempts",
                        request ->
                                request.setRouting(routing().setMaxAttempts(4).build())),
                fault(
                        "routing.firstTokenTimeoutMillis",
                        request -> request.setRouting(
                                routing().setFirstTokenTimeoutMillis(0L).build())),
                fault(
                        "routing.totalTimeoutMillis",
                        request -> request.setRouting(
                                routing().setTotalTimeoutMillis(Long.MAX_VALUE).build())),
                fault("operation", request -> request.setOperation(Operation.UNKNOWN)),
                fault("input", request -> request.setOperation(Operation.EMBEDDING)),
                fault("input", request -> request.setInput(new TaskInput(List.of(), Map.of()))),
                fault(
                        "input.parts",
                        request ->
                                request.setOperation(Operation.EMBEDDING).setInput(new TaskInput(List.of(), Map.of()))),
                fault("input.messages", request -> request.setInput(chat())),
                fault("input.messages", request -> request.setInput(chat(user(), user(), user(), user()))),
                fault(
                        "input.messages[1].role",
                        request -> request.setInput(chat(user(), Samples.message("robot", "")))),
                fault("input.messages[0].parts[0]", request -> request.setInput(chat(media(MediaPart.newBuilder())))),
                fault(
                        "input.messages[0].parts[0]",
                        request -> request.setInput(
                                chat(media(MediaPart.newBuilder().setUrl("u").setFileId("f"))))),
                fault(
                        "input.messages[0].parts[0].parts[0]",
                        request -> request.setInput(chat(toolResult(MediaPart.newBuilder())))),
                fault(
                        "input.sampling.maxOutputTokens",
                        request -> request.setInput(ChatInput.newBuilder()
                                .setMessages(List.of(user()))
                                .setSampling(Sampling.newBuilder()
                                        .setMaxOutputTokens(0)
                                        .build())
                                .build())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void namesTheFieldThatIsWrong(String param, Consumer<InferenceRequest.Builder> change) {
        // Given
        var request = request("job-1");
        change.accept(request);
        // When
        var fault = rules.check(request.build(), 100);
        // Then
        assertThat(fault).hasValueSatisfying(found -> {
            assertThat(found.param()).isEqualTo(param);
            assertThat(found.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(found.message()).startsWith(param + ": ");
            assertThat(found.detail().getParam()).isEqualTo(param);
            assertThat(found.detail().getHttpStatus()).isEqualTo(400);
        });
    }

    @Test
    void acceptsAPlainRequestAndOneWithEverythingAtItsBounds() {
        var bounds = request("")
                .setPriority(-100)
                .setIdempotencyKey("x".repeat(255))
                .setMetadata(many(64))
                .setRouting(routing()
                        .setFallbacks(List.of("a", "b"))
                        .setMaxAttempts(3)
                        .setTotalTimeoutMillis(1L)
                        .build())
                .setInput(chat(user(), media(MediaPart.newBuilder().setUrl("u")), user()))
                .build();

        assertThat(rules.check(request("job-1").build(), 1)).isEmpty();
        assertThat(rules.check(bounds, 2048)).isEmpty();
    }

    @Test
    void refusesWhatWouldNotFitTheDispatchTopic() {
        var fault = rules.check(request("job-1").build(), 2049);

        assertThat(fault).hasValueSatisfying(found -> {
            assertThat(found.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
            assertThat(found.message()).contains("2048").contains("2049");
        });
    }

    @Test
    void aRunTakesEitherInput() {
        var task = new TaskInput(List.of(), Map.of("prompt", "\"hi\""));

        assertThat(rules.check(request("a").setOperation(Operation.RUN).build(), 1))
                .isEmpty();
        assertThat(rules.check(
                        request("a").setOperation(Operation.RUN).setInput(task).build(), 1))
                .isEmpty();
    }

    private static Arguments fault(String param, Consumer<InferenceRequest.Builder> change) {
        return Arguments.of(param, change);
    }

    private static Routing.Builder routing() {
        return Routing.newBuilder();
    }

    private static Message user() {
        return Samples.message("user", "hello");
    }

    private static ChatInput chat(Message... messages) {
        return ChatInput.newBuilder().setMessages(List.of(messages)).build();
    }

    private static Message media(MediaPart.Builder media) {
        return withPart(media.setKind(MediaKind.IMAGE).build());
    }

    private static Message toolResult(MediaPart.Builder media) {
        var inner = Part.newBuilder()
                .setContent(media.setKind(MediaKind.IMAGE).build())
                .build();
        return withPart(ToolResultPart.newBuilder()
                .setCallId("call-1")
                .setParts(List.of(inner))
                .build());
    }

    private static Message withPart(Object content) {
        var parts = new ArrayList<Part>();
        parts.add(Part.newBuilder().setContent(content).build());
        return Message.newBuilder().setRole("user").setParts(parts).build();
    }

    private static Map<String, String> many(int count) {
        var entries = new HashMap<String, String>();
        for (int i = 0; i < count; i++) {
            entries.put("key-" + i, "value");
        }
        return entries;
    }
}
