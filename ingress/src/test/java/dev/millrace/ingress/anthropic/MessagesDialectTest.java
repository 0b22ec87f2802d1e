package dev.millrace.ingress.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.Mistake;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesDialectTest {
    private static final MessagesDialect DIALECT = new MessagesDialect(BodyLimits.DEFAULTS);

    private static Incoming incoming(String body, Map<String, String> headers) {
        return new Incoming("/v1/messages", Content.Raw.of(body), headers::get, _ -> null, Instant.EPOCH);
    }

    private static Call read(String more, Map<String, String> headers) {
        var messages = more.contains("\"messages\"") ? "" : "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],";
        return DIALECT.read(incoming("{\"model\":\"m\"," + messages + more + ",\"max_tokens\":9}", headers));
    }

    private static ChatInput chat(String more) {
        return (ChatInput) read(more, Map.of()).input();
    }

    @Test
    void readsEveryBlockThatHasACommonWordAndCarriesTheOthers() {
        // When
        var chat = chat("""
                "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
                "messages":[
                 {"role":"user","content":[
                  {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
                  {"type":"document","source":{"type":"file","file_id":"f"},"title":"t","context":"c"},
                  {"type":"search_result","source":"s","title":"t","content":[]}]},
                 {"role":"assistant","content":[
                  {"type":"thinking","thinking":"hm","signature":"sig"},
                  {"type":"redacted_thinking","data":"xyz"},
                  {"type":"tool_use","id":"a","name":"now","input":{"x":1},"caller":{"type":"direct"}}]},
                 {"role":"user","content":[
                  {"type":"tool_result","tool_use_id":"a","content":"noon","is_error":true}]}]""");
        // Then
        var messages = chat.getMessages();
        assertThat(messages).hasSize(4);
        assertThat(messages.get(0).getRole()).isEqualTo("system");
        assertThat(messages.get(0).getParts().getFirst().getExtensions())
                .containsEntry("cache_control", "{\"type\":\"ephemeral\"}");
        var user = messages.get(1).getParts();
        assertThat(((MediaPart) user.get(0).getContent()).getMimeType()).isEqualTo("image/png");
        assertThat(((MediaPart) user.get(1).getContent()).getFileId()).isEqualTo("f");
        assertThat(user.get(1).getExtensions()).containsEntry("context", "\"c\"");
        assertThat(((OpaquePart) user.get(2).getContent()).getType()).isEqualTo("search_result");
        var answer = messages.get(2).getParts();
        assertThat(((ReasoningPart) answer.get(0).getContent()).getSignature()).isEqualTo("sig");
        assertThat(((ReasoningPart) answer.get(1).getContent()).getEncrypted()).isEqualTo("xyz");
        assertThat(((ToolCallPart) answer.get(2).getContent()).getArguments()).isEqualTo("{\"x\":1}");
        var result = (ToolResultPart) messages.get(3).getParts().getFirst().getContent();
        assertThat(result.getError()).isTrue();
        assertThat(result.getParts().getFirst().getContent()).isEqualTo(new TextPart("noon"));
    }

    @Test
    void readsThinkingAndEffortByWhatTheyMean() {
        assertThat(chat("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}")
                        .getReasoning())
                .isEqualTo(Reasoning.newBuilder().setBudgetTokens(2048).build());
        var adaptive = "\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},"
                + "\"output_config\":{\"effort\":\"high\",\"task_budget\":5}";
        assertThat(chat(adaptive).getReasoning())
                .isEqualTo(Reasoning.newBuilder()
                        .setEffort("high")
                        .setSummary("auto")
                        .build());
        assertThat(chat(adaptive).getExtensions()).containsOnly(Map.entry("output_config.task_budget", "5"));
        assertThat(chat("\"thinking\":{\"type\":\"disabled\"}").getReasoning().getEffort())
                .isEqualTo("none");
        var alone = chat("\"output_config\":{\"effort\":\"low\"}");
        assertThat(alone.getReasoning()).isNull();
        assertThat(alone.getExtensions()).containsOnly(Map.entry("output_config.effort", "\"low\""));
        assertThat(chat("\"thinking\":{\"type\":\"deep\"}").getExtensions())
                .containsEntry("thinking", "{\"type\":\"deep\"}");
    }

    @Test
    void keepsWhatItDoesNotKnow() {
        var call = read(
                "\"tools\":[{\"name\":\"f\",\"input_schema\":{},\"input_examples\":[1]},{\"type\":\"mcp_toolset\",\"x\":1}],"
                        + "\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true},"
                        + "\"mcp_servers\":[{}],\"novelty\":{\"a\":1},\"metadata\":{\"user_id\":\"u\"}",
                Map.of("anthropic-beta", "b-1,b-2", "anthropic-version", "2023-06-01"));
        var chat = (ChatInput) call.input();
        assertThat(chat.getExtensions())
                .containsOnly(Map.entry("mcp_servers", "[{}]"), Map.entry("novelty", "{\"a\":1}"));
        assertThat(chat.getTools().get(0).getExtensions()).containsEntry("input_examples", "[1]");
        assertThat(chat.getTools().get(1).getType()).isEqualTo("mcp_toolset");
        assertThat(chat.getToolChoice().getMode()).isEqualTo(ToolChoiceMode.REQUIRED);
        assertThat(chat.getParallelToolCalls()).isFalse();
        assertThat(call.metadata()).containsOnly(Map.entry("user_id", "u"), Map.entry("anthropic-beta", "b-1,b-2"));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"temperature\":1.5 | temperature",
                "\"messages\":[] | messages",
                "\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}] | messages[0].role",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\"}]}] | messages[0].content[0].name",
                "\"tool_choice\":{\"type\":\"tool\",\"name\":\"x\"} | tool_choice.name",
                "\"thinking\":{\"type\":\"enabled\"} | thinking.budget_tokens",
                "\"tools\":[{\"name\":\"x\"}] | tools[0].input_schema",
                "\"stop_sequences\":\"x\" | stop_sequences"
            })
    void namesWhatIsWrong(String more, String param) {
        assertThatExceptionOfType(Mistake.class)
                .isThrownBy(() -> chat(more))
                .satisfies(mistake -> assertThat(mistake.detail().getParam()).isEqualTo(param));
    }

    @Test
    void demandsALimitAndAVersionWhoseGrammarItSpeaks() {
        assertThatExceptionOfType(Mistake.class)
                .isThrownBy(() -> DIALECT.read(
                        incoming("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", Map.of())))
                .satisfies(mistake -> assertThat(mistake.detail().getParam()).isEqualTo("max_tokens"));
        assertThatExceptionOfType(Mistake.class)
                .isThrownBy(() -> read("\"stream\":true", Map.of("anthropic-version", "2023-01-01")))
                .satisfies(mistake -> assertThat(mistake.detail().getParam()).isEqualTo("anthropic-version"));
    }

    @Test
    void takesTheVersionsThatAnthropicsClientsSend() {
        for (var version : new String[] {"2023-06-01", "2026-10-21"}) {
            assertThat(read("\"stream\":true", Map.of("anthropic-version", version)).answer().stream())
                    .isTrue();
        }
    }

    /** Anthropic counted 14 for this recorded request. */
    @Test
    void countsAboutAsManyTokensAsAnthropic() {
        var body = "{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":"
                + "[{\"type\":\"text\",\"text\":\"What is the capital of France?\"}]}]}";
        var counted = new CountTokens(BodyLimits.DEFAULTS).read(incoming(body, Map.of()));
        assertThat(counted.inputTokens()).isBetween(12L, 16L);
    }
}
