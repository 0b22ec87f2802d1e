package dev.millrace.worker.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChatRequestWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static OpenAiAdapter adapter(Map<String, String> quirks) {
        return OpenAiAdapter.of(new Provider(
                "p", "openai-compatible", null, "default", null, false, Map.of("X-Extra", "1"), quirks, 1, true, null));
    }

    private static Rendering render(ChatInput chat, Map<String, String> quirks) {
        return adapter(quirks).render(Dispatches.order("p", "m", chat).build(), 1);
    }

    private static JsonNode body(Rendering rendering) throws Exception {
        assertThat(rendering).isInstanceOf(Rendered.class);
        return JSON.readTree(((Rendered) rendering).call().bodyText());
    }

    private static JsonNode body(ChatInput.Builder chat) throws Exception {
        return body(render(chat.build(), Map.of()));
    }

    private static ChatInput.Builder message(String role, Object... contents) {
        var parts = Stream.of(contents)
                .map(content -> content instanceof Part part
                        ? part
                        : Part.newBuilder().setContent(content).build())
                .toList();
        return ChatInput.newBuilder()
                .setMessages(List.of(
                        Message.newBuilder().setRole(role).setParts(parts).build()));
    }

    static Stream<Recording> requests() {
        return Recording.of("chat-completions").stream().filter(recording -> recording.request() != null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void writesARecordedRequestAsItWas(Recording recording) throws Exception {
        // Given
        var recorded = Objects.requireNonNull(recording.request());
        AttemptOrder order = RecordedRequest.order(recorded);
        // When
        var rendered = body(adapter(Map.of()).render(order, 1));
        // Then
        assertThat(RecordedRequest.normal(rendered)).isEqualTo(RecordedRequest.normal(recorded));
    }

    @Test
    void asksForUsageWheneverItStreams() throws Exception {
        var body =
                body(Dispatches.chat("hi").setExtensions(Map.of("stream_options", "{\"include_obfuscation\":false}")));
        assertThat(body.path("stream").asBoolean()).isTrue();
        assertThat(body.path("stream_options").path("include_usage").asBoolean())
                .isTrue();
        assertThat(body.path("stream_options").path("include_obfuscation").asBoolean(true))
                .isFalse();
    }

    @Test
    void leavesTheUsageOptionOutForVendorsThatRefuseIt() throws Exception {
        var body = body(render(Dispatches.chat("hi").build(), Map.of("stream-usage", "none")));
        assertThat(body.has("stream_options")).isFalse();
    }

    @Test
    void namesPathHeadersAndNoCredential() {
        var call =
                ((Rendered) render(Dispatches.chat("hi").build(), Map.of("chat-path", "/d/{model}/chat?v=1"))).call();
        assertThat(call.path()).isEqualTo("/d/m/chat?v=1");
        assertThat(call.headers()).containsEntry("X-Extra", "1").doesNotContainKey("Authorization");
        assertThat(call.toString()).doesNotContain("hi");
    }

    @Test
    void keepsOurOwnMembersFromVendors() throws Exception {
        var body = body(Dispatches.chat("hi")
                .setExtensions(Map.of("local", "{}", "millrace", "{}", "model", "\"x\"", "user", "\"u\"")));
        assertThat(body.has("local")).isFalse();
        assertThat(body.has("millrace")).isFalse();
        assertThat(body.path("model").asText()).isEqualTo("m");
        assertThat(body.path("user").asText()).isEqualTo("u");
    }

    @Test
    void splitsToolResultsIntoMessagesOfTheirOwn() throws Exception {
        var result = ToolResultPart.newBuilder()
                .setCallId("c1")
                .setParts(
                        List.of(Part.newBuilder().setContent(new TextPart("42")).build()))
                .build();
        var body = body(message("user", result, new TextPart("go on")));
        assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("tool");
        assertThat(body.path("messages").path(0).path("content").asText()).isEqualTo("42");
        assertThat(body.path("messages").path(1).path("content").asText()).isEqualTo("go on");
    }

    @Test
    void sendsEarlierThinkingBackWhereTheVendorWantsIt() throws Exception {
        var thought = ReasoningPart.newBuilder().setText("hm").build();
        var chat = message("assistant", thought, new TextPart("x")).build();
        assertThat(body(render(chat, Map.of()))
                        .path("messages")
                        .path(0)
                        .path("reasoning_content")
                        .asText())
                .isEqualTo("hm");
        assertThat(body(render(chat, Map.of("reasoning-member", "reasoning")))
                        .path("messages")
                        .path(0)
                        .path("reasoning")
                        .asText())
                .isEqualTo("hm");
        assertThat(body(render(chat, Map.of("reasoning-member", "none")))
                        .path("messages")
                        .path(0)
                        .size())
                .isEqualTo(2);
    }

    @Test
    void namesTheTokenLimitAsTheVendorDoes() throws Exception {
        var chat = Dispatches.chat("x")
                .setSampling(Sampling.newBuilder().setMaxOutputTokens(7).build())
                .build();
        assertThat(body(render(chat, Map.of())).path("max_completion_tokens").asInt())
                .isEqualTo(7);
        assertThat(body(render(chat, Map.of("max-tokens-member", "max_tokens")))
                        .path("max_tokens")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void refusesWhatTheDialectCannotSay() {
        var url = MediaPart.newBuilder()
                .setKind(MediaKind.AUDIO)
                .setUrl("https://x/y.mp3")
                .build();
        assertThat(render(message("user", url).build(), Map.of()))
                .isInstanceOfSatisfying(
                        Inexpressible.class, it -> assertThat(it.param()).isEqualTo("messages[0].parts[0]"));
        var foreign = new OpaquePart("anthropic", "server_tool_use", "{}");
        assertThat(render(message("user", foreign).build(), Map.of())).isInstanceOf(Inexpressible.class);
        var budget = Dispatches.chat("x")
                .setReasoning(Reasoning.newBuilder().setBudgetTokens(5).build());
        assertThat(render(budget.build(), Map.of()))
                .isInstanceOfSatisfying(
                        Inexpressible.class, it -> assertThat(it.param()).isEqualTo("reasoning"));
        assertThat(render(budget.build(), Map.of("reasoning-request", "object")))
                .isInstanceOf(Rendered.class);
        assertThat(render(
                        Dispatches.chat("x").setExtensions(Map.of("user", "{")).build(), Map.of()))
                .isInstanceOf(Inexpressible.class);
    }

    @Test
    void writesMediaByValueAndKeepsItsDetail() throws Exception {
        var image = Part.newBuilder()
                .setContent(MediaPart.newBuilder()
                        .setKind(MediaKind.IMAGE)
                        .setMimeType("image/png")
                        .setData(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                        .build())
                .setExtensions(Map.of("image_url.detail", "\"low\"", "cache_control", "{\"type\":\"ephemeral\"}"))
                .build();
        var part = body(message("user", new TextPart("look"), image))
                .path("messages")
                .path(0)
                .path("content")
                .path(1);
        assertThat(part.path("image_url").path("url").asText()).isEqualTo("data:image/png;base64,AQID");
        assertThat(part.path("image_url").path("detail").asText()).isEqualTo("low");
        assertThat(part.path("cache_control").path("type").asText()).isEqualTo("ephemeral");
    }

    @Test
    void refusesAQuirkNobodyKnows() {
        assertThatThrownBy(() -> adapter(Map.of("stream-edn", "body")))
                .hasMessageContaining("providers.p.quirks.stream-edn");
    }
}
