package dev.millrace.worker.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Part;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.worker.anthropic.MessagesOptions.OutputMember;
import dev.millrace.worker.anthropic.MessagesOptions.Thinking;
import dev.millrace.worker.provider.RenderProblems;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesBodyTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MessagesOptions ANTHROPIC = options(Hosting.ANTHROPIC);

    private static MessagesOptions options(Hosting hosting) {
        return new MessagesOptions(hosting, "/m", "/m", 0, Thinking.BY_MODEL, OutputMember.OUTPUT_CONFIG);
    }

    @Test
    void gathersInstructionsAndTurnsAndPutsToolResultsFirst() throws JsonProcessingException {
        // Given
        var chat = chat().setMessages(List.of(
                        message("system", text("Be brief.")),
                        message("user", text("Weather?")),
                        message("developer", text("In English.")),
                        message("assistant", call("call.1", "{\"city\":\"Rome\"}"), call("call_2", "")),
                        message("tool", result("call.1", "sunny")),
                        message("tool", result("call_2", "rainy")),
                        message("user", text("And now?"))))
                .build();
        // When
        var body = write("openai-chat", "claude-sonnet-4-5", chat);
        // Then
        assertThat(body.path("system")).isEqualTo(json("""
                [{"type":"text","text":"Be brief."},{"type":"text","text":"In English."}]"""));
        assertThat(body.path("messages")).isEqualTo(json("""
                [{"role":"user","content":[{"type":"text","text":"Weather?"}]},
                 {"role":"assistant","content":[
                   {"type":"tool_use","id":"call_x2e_1","name":"weather","input":{"city":"Rome"}},
                   {"type":"tool_use","id":"call_2","name":"weather","input":{}}]},
                 {"role":"user","content":[
                   {"type":"tool_result","tool_use_id":"call_x2e_1","content":[{"type":"text","text":"sunny"}]},
                   {"type":"tool_result","tool_use_id":"call_2","content":[{"type":"text","text":"rainy"}]},
                   {"type":"text","text":"And now?"}]}]"""));
    }

    @Test
    void writesMediaBySourceAndNamesTheBetaThatFilesNeed() throws JsonProcessingException {
        // Given
        var png = ByteBuffer.wrap(new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        var chat = chat().setMessages(List.of(message(
                        "user",
                        media(MediaPart.newBuilder().setKind(MediaKind.IMAGE).setData(png)),
                        media(MediaPart.newBuilder().setKind(MediaKind.IMAGE).setUrl("https://x/y.png")),
                        media(MediaPart.newBuilder()
                                .setKind(MediaKind.DOCUMENT)
                                .setMimeType("text/markdown")
                                .setFileName("a.md")
                                .setData(ByteBuffer.wrap(new byte[] {'h', 'i'}))),
                        media(MediaPart.newBuilder().setKind(MediaKind.DOCUMENT).setFileId("file_1")))))
                .build();
        var problems = new RenderProblems();
        var writer = new MessagesBody(ANTHROPIC, problems);
        // When
        var body = JSON.readTree(writer.write(order("openai-chat", "claude-x", chat, Map.of()), chat)
                .toString());
        // Then
        assertThat(problems.first()).isNull();
        assertThat(writer.betas()).containsExactly("files-api-2025-04-14");
        assertThat(body.path("messages").path(0).path("content")).isEqualTo(json("""
                [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw=="}},
                 {"type":"image","source":{"type":"url","url":"https://x/y.png"}},
                 {"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"},"title":"a.md"},
                 {"type":"document","source":{"type":"file","file_id":"file_1"}}]"""));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-6, high, adaptive, 0, high, 32000",
        "anthropic.claude-sonnet-5-v1:0, minimal, adaptive, 0, low, 32000",
        "claude-sonnet-4-5-20250929, high, enabled, 16384, '', 32000",
        "claude-3-7-sonnet-20250219, medium, enabled, 8192, '', 16192",
        "claude-haiku-4-5, none, disabled, 0, '', 32000"
    })
    void saysAnEffortAsTheModelKnowsIt(String model, String effort, String type, int budget, String sent, int maxTokens)
            throws JsonProcessingException {
        // Given
        var chat = chat().setReasoning(Reasoning.newBuilder().setEffort(effort).build())
                .build();
        // When
        var body = write("openai-chat", model, chat);
        // Then
        assertThat(body.path("thinking").path("type").asText()).isEqualTo(type);
        assertThat(body.path("thinking").path("budget_tokens").asInt()).isEqualTo(budget);
        assertThat(body.path("output_config").path("effort").asText()).isEqualTo(sent);
        assertThat(body.path("max_tokens").asInt()).isEqualTo(maxTokens);
    }

    @Test
    void writesToolsChoiceAndSchema() throws JsonProcessingException {
        // Given
        var chat = chat().setTools(List.of(
                        Tool.newBuilder().setName("now").setStrict(true).build(),
                        Tool.newBuilder()
                                .setName("web_search_20250305")
                                .setType("web_search_20250305")
                                .setExtensions(Map.of("max_uses", "2"))
                                .build()))
                .setToolChoice(ToolChoice.newBuilder()
                        .setMode(ToolChoiceMode.NAMED)
                        .setName("now")
                        .build())
                .setParallelToolCalls(false)
                .setOutputFormat(OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_SCHEMA)
                        .setName("x")
                        .setSchema$("{\"type\":\"object\"}")
                        .build())
                .build();
        // When
        var body = write("openai-chat", "claude-sonnet-4-5", chat);
        // Then
        assertThat(body.path("tools")).isEqualTo(json("""
                [{"name":"now","input_schema":{"type":"object"},"strict":true},
                 {"type":"web_search_20250305","name":"web_search","max_uses":2}]"""));
        assertThat(body.path("tool_choice")).isEqualTo(json("""
                {"type":"tool","name":"now","disable_parallel_tool_use":true}"""));
        assertThat(body.path("output_config")).isEqualTo(json("""
                {"format":{"type":"json_schema","schema":{"type":"object"}}}"""));
    }

    @Test
    void saysVersionAndBetasInTheBodyWhereAnotherHostRunsTheModel() throws JsonProcessingException {
        // Given
        var chat = chat().build();
        var order = order("anthropic-messages", "m", chat, Map.of("anthropic-beta", "b-1, b-2", "user_id", "u"));
        // When
        var body = new MessagesBody(options(Hosting.BEDROCK), new RenderProblems()).write(order, chat);
        // Then
        assertThat(body.has("model")).isFalse();
        assertThat(body.has("stream")).isFalse();
        assertThat(body.path("anthropic_version").asText()).isEqualTo("bedrock-2023-05-31");
        assertThat(body.path("anthropic_beta").toString()).contains("\"b-1\"").contains("\"b-2\"");
        assertThat(body.path("metadata").path("user_id").asText()).isEqualTo("u");
    }

    @Test
    void translatesWhatAnotherDialectSaysInOtherWords() throws JsonProcessingException {
        // Given
        var extensions = Map.of(
                "user",
                "\"u\"",
                "service_tier",
                "\"default\"",
                "store",
                "false",
                "cache_control",
                "{\"type\":\"ephemeral\"}");
        // When
        var body = write(
                "openai-chat", "claude-x", chat().setExtensions(extensions).build());
        // Then
        assertThat(body.path("metadata").path("user_id").asText()).isEqualTo("u");
        assertThat(body.path("service_tier").asText()).isEqualTo("standard_only");
        assertThat(body.has("store")).isFalse();
        assertThat(body.path("cache_control").path("type").asText()).isEqualTo("ephemeral");
    }

    @Test
    void sendsBackSignedThinkingThatAChatCompletionsClientKept() throws JsonProcessingException {
        // Given
        var answer = Message.newBuilder(message("assistant", text("4")))
                .setExtensions(Map.of(
                        "reasoning_content", "\"2+2\"",
                        "reasoning_details", "[{\"type\":\"reasoning.text\",\"signature\":\"sig\"}]"))
                .build();
        var chat = chat().setMessages(List.of(message("user", text("2+2?")), answer))
                .build();
        // When
        var body = write("openai-chat", "claude-x", chat);
        // Then
        assertThat(body.path("messages").path(1).path("content")).isEqualTo(json("""
                [{"type":"thinking","thinking":"2+2","signature":"sig"},{"type":"text","text":"4"}]"""));
    }

    @Test
    void refusesByNameWhatTheApiHasNoWordFor() {
        assertThat(problem(chat().setSampling(Sampling.newBuilder().setSeed(7L).build())))
                .isEqualTo("sampling.seed");
        assertThat(problem(chat().setSampling(
                                Sampling.newBuilder().setTemperature(1.5).build())))
                .isEqualTo("sampling.temperature");
        assertThat(problem(chat().setExtensions(Map.of("prediction", "{}")))).isEqualTo("prediction");
        assertThat(problem(chat().setModalities(List.of("text", "audio")))).isEqualTo("modalities");
        assertThat(problem(chat().setOutputFormat(OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_OBJECT)
                        .build())))
                .isEqualTo("outputFormat");
        assertThat(problem(chat().setTools(List.of(
                        Tool.newBuilder().setName("x").setType("custom").build()))))
                .isEqualTo("tools[0].type");
        assertThat(problem(chat().setMessages(List.of(message(
                        "user",
                        media(MediaPart.newBuilder().setKind(MediaKind.AUDIO).setUrl("https://x")))))))
                .isEqualTo("messages[0].parts[0]");
        assertThat(problem(chat().setMessages(List.of(message("system", text("alone"))))))
                .isEqualTo("messages");
    }

    private static String problem(ChatInput.Builder chat) {
        var problems = new RenderProblems();
        var built = chat.build();
        new MessagesBody(ANTHROPIC, problems).write(order("openai-chat", "claude-x", built, Map.of()), built);
        return Objects.requireNonNullElse(problems.first(), new Inexpressible("", ""))
                .param();
    }

    private static ChatInput.Builder chat() {
        return ChatInput.newBuilder().setMessages(List.of(message("user", text("hi"))));
    }

    private static Message message(String role, Part... parts) {
        return Message.newBuilder().setRole(role).setParts(List.of(parts)).build();
    }

    private static Part text(String text) {
        return Part.newBuilder().setContent(new TextPart(text)).build();
    }

    private static Part media(MediaPart.Builder media) {
        return Part.newBuilder().setContent(media.build()).build();
    }

    private static Part call(String id, String arguments) {
        return Part.newBuilder()
                .setContent(new ToolCallPart(id, "weather", arguments, "function"))
                .build();
    }

    private static Part result(String id, String text) {
        var result = ToolResultPart.newBuilder().setCallId(id).setParts(List.of(text(text)));
        return Part.newBuilder().setContent(result.build()).build();
    }

    private static JsonNode write(String dialect, String model, ChatInput chat) throws JsonProcessingException {
        var problems = new RenderProblems();
        var body = new MessagesBody(ANTHROPIC, problems).write(order(dialect, model, chat, Map.of()), chat);
        assertThat(problems.first()).isNull();
        return json(body.toString());
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return JSON.readTree(text);
    }

    private static AttemptOrder order(String dialect, String model, ChatInput chat, Map<String, String> metadata) {
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("a/b")
                .setDialect(dialect)
                .setMetadata(metadata)
                .setDelivery(new Delivery(true, true, false, OnDisconnect.FINISH))
                .setInput(chat)
                .build();
        return AttemptOrder.newBuilder()
                .setProvider("a")
                .setModel("a/b")
                .setVendorModel(model)
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
    }
}
