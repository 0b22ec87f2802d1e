package dev.millrace.worker.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Message;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Part;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponsesAdapterTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ResponsesAdapter adapter = ResponsesAdapter.of(provider(Map.of()));

    private static Provider provider(Map<String, String> quirks) {
        return new Provider("p", "openai-compatible", null, "default", null, false, Map.of(), quirks, 1, true, null);
    }

    private static Message message(String role, Object... contents) {
        var parts = Arrays.stream(contents)
                .map(content -> Part.newBuilder().setContent(content).build())
                .toList();
        return Message.newBuilder().setRole(role).setParts(parts).build();
    }

    private static AttemptOrder order(String dialect, ChatInput input) {
        return AttemptOrder.newBuilder()
                .setProvider("p")
                .setModel("p/m")
                .setVendorModel("m")
                .setDeadlineAtMillis(1)
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel("p/m")
                        .setDialect(dialect)
                        .setDelivery(new Delivery(true, false, false, OnDisconnect.FINISH))
                        .setInput(input)
                        .build())
                .build();
    }

    private JsonNode body(String dialect, ChatInput.Builder input) throws JsonProcessingException {
        var rendering = adapter.render(order(dialect, input.build()), 1);
        assertThat(rendering).isInstanceOf(Rendered.class);
        return JSON.readTree(((Rendered) rendering).call().bodyText());
    }

    private static ChatInput.Builder chat(Message... messages) {
        return ChatInput.newBuilder().setMessages(List.of(messages));
    }

    @Test
    void rendersAConversationOfAnotherDialect() throws JsonProcessingException {
        // Given
        var input = chat(
                        message("system", new TextPart("be brief")),
                        message("user", new TextPart("weather?")),
                        message(
                                "assistant",
                                new ReasoningPart("let me see", null, "sig", null, false),
                                new TextPart("looking"),
                                new ToolCallPart("call_1", "weather", "{}", "function")),
                        message(
                                "tool",
                                ToolResultPart.newBuilder()
                                        .setCallId("call_1")
                                        .setParts(List.of(Part.newBuilder()
                                                .setContent(new TextPart("sunny"))
                                                .build()))
                                        .build()))
                .setTools(List.of(Tool.newBuilder().setName("weather").build()))
                .setToolChoice(ToolChoice.newBuilder()
                        .setMode(ToolChoiceMode.NAMED)
                        .setName("weather")
                        .build())
                .setOutputFormat(OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_SCHEMA)
                        .setSchema$("{\"type\":\"object\"}")
                        .build())
                .setSampling(Sampling.newBuilder()
                        .setTemperature(0.5)
                        .setMaxOutputTokens(9)
                        .setLogprobs(true)
                        .setTopLogprobs(2)
                        .build())
                .setReasoning(Reasoning.newBuilder().setEffort("low").build())
                .setExtensions(Map.of("user", "\"u\"", "verbosity", "\"low\""));
        // When
        var body = body("openai-chat", input);
        // Then
        assertThat(body).isEqualTo(JSON.readTree("""
                        {"model":"m","stream":true,"user":"u","temperature":0.5,"max_output_tokens":9,"top_logprobs":2,
                         "include":["message.output_text.logprobs"],"reasoning":{"effort":"low"},
                         "text":{"format":{"type":"json_schema","name":"response","schema":{"type":"object"}},"verbosity":"low"},
                         "tools":[{"type":"function","name":"weather","parameters":{"type":"object","properties":{}},"strict":false}],
                         "tool_choice":{"type":"function","name":"weather"},
                         "input":[{"role":"system","content":"be brief"},{"role":"user","content":"weather?"},
                           {"role":"assistant","content":"looking"},
                           {"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},
                           {"type":"function_call_output","call_id":"call_1","output":"sunny"}]}
                        """));
    }

    @Test
    void refusesByNameWhatTheDialectCannotSay() {
        var sampling = Sampling.newBuilder().setStop(List.of("END")).build();
        var rendering = adapter.render(
                order(
                        "openai-chat",
                        chat(message("user", new TextPart("hi")))
                                .setSampling(sampling)
                                .build()),
                1);
        assertThat(rendering)
                .isInstanceOfSatisfying(
                        Inexpressible.class,
                        refused -> assertThat(refused.param()).isEqualTo("sampling.stop"));
    }

    @Test
    void refusesAMemberOfAnotherDialectAndLeavesItsMarksOut() throws JsonProcessingException {
        var input = chat(message("user", new TextPart("hi")));
        assertThat(adapter.render(
                        order("gemini", input.setExtensions(Map.of("x", "1")).build()), 1))
                .isInstanceOf(Inexpressible.class);
        assertThat(body("gemini", input.setExtensions(Map.of("gemini.x", "1"))).has("gemini.x"))
                .isFalse();
    }

    @Test
    void choosesTheEndpointByWhatTheRequestNeeds() {
        var both = ChatOrResponsesAdapter.of(
                provider(Map.of("responses", "when-needed", "responses-models", "o1-pro, *-codex*")));
        var plain = chat(message("user", new TextPart("hi"))).build();
        var search = ChatInput.newBuilder(plain)
                .setTools(List.of(Tool.newBuilder()
                        .setName("web_search")
                        .setType("web_search")
                        .build()))
                .build();
        assertThat(path(both, order("openai-chat", plain))).isEqualTo("/chat/completions");
        assertThat(path(both, order("openai-responses", plain))).isEqualTo("/responses");
        assertThat(path(both, order("openai-chat", search))).isEqualTo("/responses");
        var codex = AttemptOrder.newBuilder(order("openai-chat", plain))
                .setVendorModel("gpt-5-codex-mini")
                .build();
        assertThat(path(both, codex)).isEqualTo("/responses");
        var decoder = both.newDecoder(((Rendered) both.render(codex, 1)).call());
        assertThat(decoder).isInstanceOf(ResponsesReplyDecoder.class);
    }

    private static String path(ProviderAdapter adapter, AttemptOrder order) {
        return ((Rendered) adapter.render(order, 1)).call().path();
    }
}
