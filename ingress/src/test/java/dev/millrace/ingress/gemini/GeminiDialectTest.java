package dev.millrace.ingress.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.Mistake;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiDialectTest {
    private static final GeminiDialect DIALECT = new GeminiDialect(BodyLimits.DEFAULTS);
    private static final String CONTENTS = "'contents':[{'parts':[{'text':'hi'}]}]";

    private static Call call(String path, String body) {
        return DIALECT.read(
                new Incoming(path, Content.Raw.of(body.replace('\'', '"')), _ -> null, _ -> "sse", Instant.EPOCH));
    }

    private static ChatInput chat(String body) {
        return (ChatInput)
                call("/v1beta/models/m:generateContent", "{" + body + "}").input();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1beta/models/gemini-2.5-flash:generateContent, gemini-2.5-flash, false",
        "/v1beta/models/anthropic/claude-x:streamGenerateContent, anthropic/claude-x, true",
        "/v1beta/models/anthropic%2Fclaude-x:generateContent, anthropic/claude-x, false",
        "/v1/models/models%2Fgemini-x:generateContent, gemini-x, false",
        "/v1beta/models/ollama/llama3:8b:generateContent, ollama/llama3:8b, false",
        "/v1beta1/publishers/google/models/gemini-x:generateContent, gemini-x, false",
        "/v1beta1/projects/p/locations/l/publishers/anthropic/models/claude-x:generateContent, anthropic/claude-x, false",
    })
    void takesModelAndVerbFromThePath(String path, String model, boolean stream) {
        var call = call(path, "{" + CONTENTS + "}");
        assertThat(call.model()).isEqualTo(model);
        assertThat(call.answer().stream()).isEqualTo(stream);
        assertThat(call.operation()).isEqualTo(Operation.CHAT);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1beta/models/m:explode",
        "/v1beta/models/m",
        "/v1beta/models/:generateContent",
        "/v1beta/models/%zz:generateContent"
    })
    void refusesAPathThatNamesNothing(String path) {
        assertThatExceptionOfType(Mistake.class).isThrownBy(() -> call(path, "{" + CONTENTS + "}"));
    }

    @Test
    void readsEveryKindOfPart() {
        // When
        var chat = chat("'systemInstruction':{'role':'user','parts':[{'text':'brief'}]},'contents':["
                + "{'role':'user','parts':[{'text':'look'},{'inline_data':{'mime_type':'image/png','data':'AQI='}},"
                + "{'fileData':{'fileUri':'gs://b/x.mp4','mimeType':'video/mp4'},'videoMetadata':{'fps':2}}]},"
                + "{'role':'model','parts':[{'text':'hm','thought':true,'thoughtSignature':'c2ln'},"
                + "{'text':'ok','thoughtSignature':'dA=='},{'functionCall':{'name':'f','args':{'a':1}},'thoughtSignature':'Yw=='},"
                + "{'functionCall':{'name':'f','args':{}}},{'executableCode':{'code':'1'}}]},"
                + "{'parts':[{'functionResponse':{'name':'f','response':{'result':'2'}}},"
                + "{'functionResponse':{'name':'f','response':{}}}]}]");
        // Then
        var messages = chat.getMessages();
        assertThat(messages)
                .extracting(message -> message.getRole())
                .containsExactly("system", "user", "assistant", "tool");
        var user = messages.get(1).getParts();
        assertThat(((MediaPart) user.get(1).getContent()).getData().remaining()).isEqualTo(2);
        assertThat(((MediaPart) user.get(2).getContent()).getUrl()).isEqualTo("gs://b/x.mp4");
        assertThat(user.get(2).getExtensions()).containsEntry("videoMetadata", "{\"fps\":2}");
        var model = messages.get(2).getParts();
        assertThat(model.get(0).getContent())
                .isInstanceOfSatisfying(
                        ReasoningPart.class, it -> assertThat(it.getSignature()).isEqualTo("c2ln"));
        assertThat(model.get(1).getExtensions()).containsEntry("gemini.thoughtSignature", "\"dA==\"");
        var first = (ToolCallPart) model.get(2).getContent();
        var second = (ToolCallPart) model.get(3).getContent();
        assertThat(first.getCallId()).isNotEqualTo(second.getCallId());
        assertThat(model.get(4).getContent()).isInstanceOf(OpaquePart.class);
        var results = messages.get(3).getParts();
        assertThat(((ToolResultPart) results.get(0).getContent()).getCallId()).isEqualTo(first.getCallId());
        assertThat(((ToolResultPart) results.get(1).getContent()).getCallId()).isEqualTo(second.getCallId());
        assertThat(((ToolResultPart) results.get(0).getContent())
                        .getParts()
                        .getFirst()
                        .getContent())
                .isEqualTo(new TextPart("{\"result\":\"2\"}"));
    }

    @Test
    void readsSettingsAndKeepsTheRest() {
        var chat = chat(CONTENTS + ",'generation_config':{'temperature':0.5,'topK':40.0,'maxOutputTokens':7,"
                + "'stopSequences':['x'],'responseMimeType':'application/json','responseSchema':{'type':'OBJECT',"
                + "'properties':{'n':{'type':'STRING','nullable':true}}},'thinkingConfig':{'thinking_level':'LOW',"
                + "'include_thoughts':true},'responseModalities':['TEXT'],'speechConfig':{'a':1}},"
                + "'safetySettings':[{'category':'c'}],'cachedContent':'cachedContents/1'");
        assertThat(chat.getSampling().getTopK()).isEqualTo(40);
        assertThat(chat.getSampling().getMaxOutputTokens()).isEqualTo(7);
        assertThat(chat.getOutputFormat().getKind()).isEqualTo(OutputKind.JSON_SCHEMA);
        assertThat(chat.getOutputFormat().getSchema$())
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"n\":{\"type\":[\"string\",\"null\"]}}}");
        assertThat(chat.getReasoning().getEffort()).isEqualTo("low");
        assertThat(chat.getReasoning().getSummary()).isEqualTo("auto");
        assertThat(chat.getModalities()).containsExactly("text");
        assertThat(chat.getExtensions())
                .containsEntry("generationConfig", "{\"speechConfig\":{\"a\":1}}")
                .containsEntry("cachedContent", "\"cachedContents/1\"")
                .containsKey("safetySettings");
    }

    @Test
    void readsToolsAndTheirChoice() {
        var chat = chat(CONTENTS + ",'tools':[{'functionDeclarations':[{'name':'f','description':'d',"
                + "'parameters':{'type':'OBJECT','properties':{'type':{'type':'INTEGER'}}}}],'googleSearch':{}},"
                + "{'url_context':{}}],'toolConfig':{'functionCallingConfig':{'mode':'ANY','allowedFunctionNames':['f']},"
                + "'retrievalConfig':{'languageCode':'de'}}");
        assertThat(chat.getTools())
                .extracting(tool -> tool.getType())
                .containsExactly("function", "googleSearch", "urlContext");
        assertThat(chat.getTools().getFirst().getParameters())
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"integer\"}}}");
        assertThat(chat.getToolChoice().getMode()).isEqualTo(ToolChoiceMode.NAMED);
        assertThat(chat.getExtensions()).containsEntry("toolConfig", "{\"retrievalConfig\":{\"languageCode\":\"de\"}}");
    }

    @Test
    void numbersTheInputsOfABatch() {
        var call = call(
                "/v1beta/models/e:batchEmbedContents",
                "{'requests':[{'model':'models/e','content':{'parts':[{'text':'a'}]},'outputDimensionality':2},"
                        + "{'model':'models/e','content':{'parts':[{'text':'b'},{'inlineData':{'mimeType':'image/png',"
                        + "'data':'AQI='}}]},'outputDimensionality':2}]}");
        assertThat(call.operation()).isEqualTo(Operation.EMBEDDING);
        var task = (TaskInput) call.input();
        assertThat(task.getParts()).hasSize(3);
        assertThat(task.getParts().get(1).getExtensions()).containsEntry("input", "1");
        assertThat(task.getParameters()).containsEntry("dimensions", "2");
    }

    @Test
    void countsTokensWithoutAJob() {
        for (var body :
                List.of("{" + CONTENTS + "}", "{'generateContentRequest':{'model':'models/m'," + CONTENTS + "}}")) {
            var answer = call("/v1beta/models/m:countTokens", body).answer();
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            Answer.Immediate.class,
                            it -> assertThat(it.body()
                                            .get()
                                            .content()
                                            .toJsonObject()
                                            .getInteger("totalTokens"))
                                    .isPositive());
        }
    }

    @Test
    void refusesABatchOfDifferentSettings() {
        assertThatExceptionOfType(Mistake.class)
                .isThrownBy(() -> call(
                        "/v1beta/models/e:batchEmbedContents",
                        "{'requests':[{'content':{'parts':[{'text':'a'}]}},"
                                + "{'content':{'parts':[{'text':'b'}]},'taskType':'CLUSTERING'}]}"))
                .satisfies(mistake -> assertThat(mistake.detail().getParam()).isEqualTo("requests[1]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'contents':[]                                                         | contents",
                "'contents':[{'role':'robot','parts':[]}]                              | contents[0].role",
                "'contents':[{'parts':[{'inlineData':{'data':'%%'}}]}]                 | contents[0].parts[0].inlineData.data",
                "'contents':[{'parts':[{'text':'a'}]}],'generationConfig':{'topP':2}   | generationConfig.topP",
                "'contents':[{'parts':[{'text':1}]}]                                   | contents[0].parts[0].text",
            })
    void namesTheMemberThatIsWrong(String body, String param) {
        assertThatExceptionOfType(Mistake.class)
                .isThrownBy(() -> chat(body.strip()))
                .satisfies(mistake -> {
                    assertThat(mistake.detail().getParam()).isEqualTo(param);
                    assertThat(mistake.detail().getCode())
                            .isEqualTo(ErrorCode.INVALID_REQUEST.detail("").getCode());
                });
    }

    @Test
    void refusesAMemberInTwoSpellings() {
        assertThatExceptionOfType(Mistake.class).isThrownBy(() -> chat(CONTENTS + ",'toolConfig':{},'tool_config':{}"));
    }
}
