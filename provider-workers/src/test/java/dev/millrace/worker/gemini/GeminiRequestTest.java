package dev.millrace.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GeminiRequestTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static GeminiAdapter adapter(String name, Map<String, String> quirks) {
        return GeminiAdapter.of(new Provider("p", name, null, "default", null, false, Map.of(), quirks, 1, true, null));
    }

    private static JsonNode body(Rendering rendering) throws Exception {
        assertThat(rendering).isInstanceOf(Rendered.class);
        return JSON.readTree(((Rendered) rendering).call().bodyText());
    }

    static Stream<Recording> requests() {
        return Recording.of("generateContent").stream().filter(recording -> recording.request() != null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void writesARecordedRequestAsItWas(Recording recording) throws Exception {
        // Given
        var recorded = Objects.requireNonNull(recording.request());
        var order = RecordedRequest.order(recorded, recording.isStream());
        // When
        var rendering = adapter(recording.vendor(), Map.of()).render(order, 1);
        // Then
        assertThat(RecordedRequest.normal(body(rendering))).isEqualTo(RecordedRequest.normal(recorded));
        assertThat(((Rendered) rendering).call().path())
                .endsWith(
                        recording.isStream() ? "/gemini-x:streamGenerateContent?alt=sse" : "/gemini-x:generateContent");
    }

    private static Rendering task(String vendor, Operation operation, String model, TaskInput task) {
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("p/m")
                .setOperation(operation)
                .setDialect("openai-chat")
                .setInput(task)
                .build();
        return adapter(vendor, Map.of()).render(RecordedRequest.order(request, model), 1);
    }

    private static TaskInput task(Map<String, String> parameters, Object... contents) {
        var parts = Stream.of(contents)
                .map(content -> content instanceof Part part
                        ? part
                        : Part.newBuilder().setContent(content).build())
                .toList();
        return TaskInput.newBuilder().setParts(parts).setParameters(parameters).build();
    }

    private static JsonNode recorded(String name) {
        return Objects.requireNonNull(Recording.all().stream()
                .filter(recording -> recording.name().startsWith(name))
                .findFirst()
                .orElseThrow()
                .request());
    }

    @Test
    void writesEmbeddingsAsTheyWereRecorded() throws Exception {
        var dimensions = Map.of("dimensions", "768");
        var text = new TextPart("Ruby is a programmer's best friend");
        assertThat(body(task("gemini", Operation.EMBEDDING, "gemini-embedding-001", task(dimensions, text))))
                .isEqualTo(recorded("gemini/embeddings/rl-embedding-basic"));
        assertThat(body(task("vertex", Operation.EMBEDDING, "text-embedding-004", task(Map.of(), text))))
                .isEqualTo(recorded("vertex/embeddings/rl-embedding-basic"));
        assertThat(body(task(
                        "gemini",
                        Operation.EMBEDDING,
                        "nonexistent-model",
                        task(Map.of("input_type", "\"query\""), new TextPart("Hello, world!")))))
                .isEqualTo(recorded("gemini/errors/pa-testgoogle-test-embed-error"));
        var both = recorded("gemini/embeddings/rl-embedding-multimodal");
        var parts = RecordedRequest.normal(
                both.path("requests").path(0).path("content").path("parts"));
        var together = Map.of("input", "0");
        var written = body(task(
                "gemini",
                Operation.EMBEDDING,
                "gemini-embedding-2",
                task(
                        dimensions,
                        new Part(new TextPart(parts.path(0).path("text").asText()), together),
                        new Part(RecordedRequest.media(parts.path(1)), together))));
        assertThat(RecordedRequest.normal(written)).isEqualTo(RecordedRequest.normal(both));
    }

    @Test
    void writesImagesAndSpeechAsTheyWereRecorded() throws Exception {
        var prompt = new TextPart("Generate an image of an axolotl.");
        assertThat(body(task("vertex", Operation.IMAGE, "gemini-2.5-flash-image", task(Map.of(), prompt))))
                .isEqualTo(recorded("vertex/images/"));
        var jpeg = Map.of("output_format", "\"jpeg\"", "output_compression", "85", "n", "1");
        assertThat(body(task("vertex", Operation.IMAGE, "gemini-2.5-flash-image", task(jpeg, prompt))))
                .isEqualTo(recorded("vertex/image-edit/"));
        var text = new TextPart("Ruby is a programming language designed for developer happiness.");
        var speech = body(task(
                "gemini", Operation.SPEECH, "gemini-2.5-flash-preview-tts", task(Map.of("voice", "\"Kore\""), text)));
        assertThat(speech).isEqualTo(RecordedRequest.normal(recorded("gemini/speech/")));
    }

    @ParameterizedTest(name = "{0} {1}={2}")
    @CsvSource({
        "SPEECH, response_format, '\"mp3\"'",
        "SPEECH, speed, 1.5",
        "IMAGE, n, 3",
        "IMAGE, size, '\"123x77\"'",
        "IMAGE, moderation, '\"low\"'",
        "EMBEDDING, input_tokens, '[[1]]'",
    })
    void refusesAParameterItHasNoWordFor(Operation operation, String name, String value) {
        var rendering = task("gemini", operation, "gemini-x", task(Map.of(name, value), new TextPart("x")));
        assertThat(rendering)
                .isInstanceOfSatisfying(
                        Inexpressible.class, it -> assertThat(it.param()).isEqualTo("parameters." + name));
    }

    private static Message message(String role, Object... contents) {
        return Message.newBuilder()
                .setRole(role)
                .setParts(Stream.of(contents)
                        .map(content -> Part.newBuilder().setContent(content).build())
                        .toList())
                .build();
    }

    private static Rendering chat(String dialect, String model, ChatInput chat) {
        var plain = Dispatches.order("p", model, chat).build().getRequest();
        var request = InferenceRequest.newBuilder(plain).setDialect(dialect).build();
        return adapter("gemini", Map.of()).render(RecordedRequest.order(request, model), 1);
    }

    @Test
    void bringsAForeignConversationIntoShape() throws Exception {
        // Given
        var call1 = new ToolCallPart("call_1", "add", "{\"a\":1}", "function");
        var call2 = new ToolCallPart("gcall_x_1", "mul", "", "function");
        var chat = ChatInput.newBuilder()
                .setMessages(List.of(
                        message("system", new TextPart("be brief")),
                        message("user", new TextPart("hi")),
                        message("assistant", call1, call2),
                        message("tool", result("call_1", "2")),
                        message("tool", result("gcall_x_1", "{\"v\":3}")),
                        message("developer", new TextPart("in German"))))
                .setTools(List.of(
                        Tool.newBuilder()
                                .setName("add")
                                .setParameters("{\"type\":\"object\"}")
                                .build(),
                        Tool.newBuilder()
                                .setName("web_search")
                                .setType("web_search")
                                .build()))
                .setReasoning(Reasoning.newBuilder().setEffort("low").build())
                .setExtensions(Map.of("user", "\"u1\""))
                .build();
        // When
        var body = body(chat("openai-chat", "gemini-3-pro", chat));
        // Then
        assertThat(body.path("systemInstruction").path("parts").size()).isEqualTo(2);
        assertThat(body.path("contents").size()).isEqualTo(3);
        var calls = body.path("contents").path(1).path("parts");
        assertThat(calls.path(0).path("functionCall").path("id").asText()).isEqualTo("call_1");
        assertThat(calls.path(0).path("thoughtSignature").asText()).isEqualTo("skip_thought_signature_validator");
        assertThat(calls.path(1).path("functionCall").has("id")).isFalse();
        assertThat(calls.path(1).has("thoughtSignature")).isFalse();
        var results = body.path("contents").path(2).path("parts");
        assertThat(results.path(0).path("functionResponse").path("name").asText())
                .isEqualTo("add");
        assertThat(results.path(0)
                        .path("functionResponse")
                        .path("response")
                        .path("result")
                        .asText())
                .isEqualTo("2");
        assertThat(results.path(1)
                        .path("functionResponse")
                        .path("response")
                        .path("v")
                        .asInt())
                .isEqualTo(3);
        assertThat(body.path("tools").path(1).has("googleSearch")).isTrue();
        var thinking = body.path("generationConfig").path("thinkingConfig");
        assertThat(thinking.path("thinkingLevel").asText()).isEqualTo("low");
        assertThat(thinking.path("includeThoughts").asBoolean()).isTrue();
        assertThat(body.has("user")).isFalse();
    }

    private static ToolResultPart result(String id, String text) {
        return ToolResultPart.newBuilder()
                .setCallId(id)
                .setParts(
                        List.of(Part.newBuilder().setContent(new TextPart(text)).build()))
                .build();
    }

    @Test
    void takesABudgetWhereTheModelKnowsNoLevel() throws Exception {
        var chat = Dispatches.chat("x")
                .setReasoning(Reasoning.newBuilder().setEffort("medium").build());
        var thinking = body(chat("openai-chat", "gemini-2.5-flash", chat.build()))
                .path("generationConfig")
                .path("thinkingConfig");
        assertThat(thinking.path("thinkingBudget").asInt()).isEqualTo(8192);
        assertThat(thinking.has("thinkingLevel")).isFalse();
    }

    @Test
    void refusesWhatTheDialectCannotSayByName() {
        var bias = Dispatches.chat("x")
                .setSampling(
                        Sampling.newBuilder().setLogitBias(Map.of("1", 1.0)).build());
        assertThat(chat("openai-chat", "m", bias.build()))
                .isInstanceOfSatisfying(
                        Inexpressible.class, it -> assertThat(it.param()).isEqualTo("sampling.logitBias"));
        var member = Dispatches.chat("x").setExtensions(Map.of("prediction", "{}"));
        assertThat(chat("openai-chat", "m", member.build()))
                .isInstanceOfSatisfying(
                        Inexpressible.class, it -> assertThat(it.message()).contains("prediction"));
        assertThat(chat("gemini", "m", member.build())).isInstanceOf(Rendered.class);
        var orphan = ChatInput.newBuilder()
                .setMessages(List.of(message("tool", result("c9", "x"))))
                .build();
        assertThat(chat("openai-chat", "m", orphan)).isInstanceOf(Inexpressible.class);
        assertThat(task("gemini", Operation.MODERATION, "m", task(Map.of(), new TextPart("x"))))
                .isInstanceOf(Inexpressible.class);
    }

    @Test
    void numbersImagesOfATaskAndRunsANativeBody() throws Exception {
        // Given
        var images =
                "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AQ==\"}},"
                        + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"Ag==\"}}]},\"finishReason\":\"STOP\"}]}";
        for (var operation : List.of(Operation.IMAGE, Operation.RUN)) {
            var task = operation == Operation.RUN
                    ? task(Map.of("input", "{\"contents\":[]}"))
                    : task(Map.of(), new TextPart("two"));
            var request = InferenceRequest.newBuilder()
                    .setAccount("acme")
                    .setModel("p/m")
                    .setOperation(operation)
                    .setInput(task)
                    .build();
            var order = RecordedRequest.order(request, "gemini-image");
            var adapter = adapter("gemini", Map.of());
            var call = ((Rendered) adapter.render(order, 1)).call();
            assertThat(call.path()).isEqualTo("/models/gemini-image:generateContent");
            // When
            var decoder = adapter.newDecoder(order, call);
            decoder.head(200, new VendorHeaders(Map.of("content-type", "application/json")));
            decoder.feed(ByteBuffer.wrap(images.getBytes(StandardCharsets.UTF_8)));
            decoder.end();
            // Then
            assertThat(decoder.result()).isInstanceOf(Finished.class);
            var deltas = decoder.take();
            if (operation == Operation.RUN) {
                assertThat(deltas)
                        .singleElement()
                        .satisfies(delta -> assertThat(((ItemDelta) delta.getContent()).getType())
                                .isEqualTo("run.output"));
            } else {
                assertThat(deltas).extracting(Delta::getIndex).startsWith(0, 1);
            }
        }
    }

    @Test
    void refusesAQuirkNobodyKnows() {
        assertThatThrownBy(() -> adapter("gemini", Map.of("modelpath", "/x")))
                .hasMessageContaining("providers.p.quirks.modelpath");
    }
}
