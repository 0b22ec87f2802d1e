package dev.millrace.ingress.openai;

import static dev.millrace.ingress.openai.Bodies.json;
import static dev.millrace.ingress.openai.Bodies.messages;
import static dev.millrace.ingress.openai.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake is a 400 that names the member. */
class ChatDialectErrorsTest {
    private static final String IMAGE = "{'role':'user','content':[{'type':'image_url','image_url':%s}]}";
    private static final String AUDIO = "{'role':'user','content':[{'type':'input_audio','input_audio':%s}]}";
    private static final String FILE = "{'role':'user','content':[{'type':'file','file':%s}]}";
    private static final String CALL = "{'role':'assistant','tool_calls':[%s]}";
    private static final String TOOL = "'tools':[{'type':'function','function':{'name':'f'}}]";

    private static Arguments row(String body, String param) {
        return Arguments.of(json(body), param);
    }

    static Stream<Arguments> bodies() {
        return Stream.of(topLevel(), sampling(), messageRows(), media(), tools(), options())
                .flatMap(List::stream);
    }

    private static List<Arguments> topLevel() {
        return List.of(
                row("{'messages':[{'role':'user','content':'hi'}]}", "model"),
                row("{'model':7,'messages':[{'role':'user','content':'hi'}]}", "model"),
                row("{'model':'','messages':[{'role':'user','content':'hi'}]}", "model"),
                row("{'model':'" + "m".repeat(257) + "','messages':[]}", "model"),
                row("{'model':'m'}", "messages"),
                row("{'model':'m','messages':[]}", "messages"),
                row("{'model':'m','messages':'hi'}", "messages"),
                row("{'model':'m','messages':['hi']}", "messages[0]"),
                row(with("'stream':'true'"), "stream"),
                row(with("'stream_options':{'include_usage':true}"), "stream_options"),
                row(with("'stream':true,'stream_options':true"), "stream_options"),
                row(with("'stream':true,'stream_options':{'include_usage':1}"), "stream_options.include_usage"),
                row(with("'parallel_tool_calls':'no'"), "parallel_tool_calls"),
                row(with("'reasoning_effort':3"), "reasoning_effort"),
                row(with("'modalities':'text'"), "modalities"),
                row(with("'modalities':['text',1]"), "modalities[1]"),
                row(with("'audio':{'format':'wav'}"), "audio.voice"),
                row(with("'audio':'wav'"), "audio"),
                row(with("'store':'yes'"), "store"),
                row(with("'user':1"), "user"),
                row(with("'service_tier':[]"), "service_tier"),
                row(with("'prediction':'text'"), "prediction"),
                row(with("'metadata':{'a':1}"), "metadata.a"),
                row(with("'metadata':{'a':'" + "x".repeat(513) + "'}"), "metadata.a"),
                row(with("'metadata':['a']"), "metadata"),
                row(with("'response_format':'json'"), "response_format"),
                row(with("'response_format':{}"), "response_format.type"),
                row(with("'response_format':{'type':'json_schema'}"), "response_format.json_schema"),
                row(
                        with("'response_format':{'type':'json_schema','json_schema':{'schema':{}}}"),
                        "response_format.json_schema.name"),
                row(
                        with("'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':'{}'}}"),
                        "response_format.json_schema.schema"),
                row(
                        with("'response_format':{'type':'json_schema','json_schema':{'name':'n','strict':'y'}}"),
                        "response_format.json_schema.strict"));
    }

    private static List<Arguments> sampling() {
        return List.of(
                row(with("'temperature':'0.5'"), "temperature"),
                row(with("'temperature':2.1"), "temperature"),
                row(with("'temperature':-0.1"), "temperature"),
                row(with("'temperature':1e400"), "temperature"),
                row(with("'top_p':1.5"), "top_p"),
                row(with("'n':0"), "n"),
                row(with("'n':129"), "n"),
                row(with("'n':1.5"), "n"),
                row(with("'n':'2'"), "n"),
                row(with("'stop':7"), "stop"),
                row(with("'stop':['a',7]"), "stop[1]"),
                row(with("'stop':[" + "'a',".repeat(16) + "'a']"), "stop"),
                row(with("'max_tokens':0"), "max_tokens"),
                row(with("'max_tokens':99999999999"), "max_tokens"),
                row(with("'max_completion_tokens':'10'"), "max_completion_tokens"),
                row(with("'max_tokens':1,'max_completion_tokens':2"), "max_tokens"),
                row(with("'seed':99999999999999999999"), "seed"),
                row(with("'seed':'1'"), "seed"),
                row(with("'presence_penalty':3"), "presence_penalty"),
                row(with("'frequency_penalty':true"), "frequency_penalty"),
                row(with("'logit_bias':[1]"), "logit_bias"),
                row(with("'logit_bias':{'50256':-101}"), "logit_bias.50256"),
                row(with("'logprobs':1"), "logprobs"),
                row(with("'top_logprobs':3"), "top_logprobs"),
                row(with("'logprobs':true,'top_logprobs':21"), "top_logprobs"));
    }

    private static List<Arguments> messageRows() {
        return List.of(
                row(messages("{'content':'hi'}"), "messages[0].role"),
                row(messages("{'role':'boss','content':'hi'}"), "messages[0].role"),
                row(messages("{'role':1,'content':'hi'}"), "messages[0].role"),
                row(messages("{'role':'user'}"), "messages[0].content"),
                row(messages("{'role':'user','content':null}"), "messages[0].content"),
                row(messages("{'role':'user','content':7}"), "messages[0].content"),
                row(messages("{'role':'user','content':[]}"), "messages[0].content"),
                row(messages("{'role':'user','content':['hi']}"), "messages[0].content[0]"),
                row(messages("{'role':'user','content':[{'text':'hi'}]}"), "messages[0].content[0].type"),
                row(messages("{'role':'user','content':[{'type':'text'}]}"), "messages[0].content[0].text"),
                row(messages("{'role':'user','content':[{'type':'no type'}]}"), "messages[0].content[0].type"),
                row(messages("{'role':'user','name':1,'content':'hi'}"), "messages[0].name"),
                row(messages("{'role':'assistant'}"), "messages[0].content"),
                row(messages("{'role':'assistant','refusal':1}"), "messages[0].refusal"),
                row(messages("{'role':'assistant','audio':{}}"), "messages[0].audio.id"),
                row(messages("{'role':'tool','content':'42'}"), "messages[0].tool_call_id"),
                row(messages("{'role':'tool','tool_call_id':'c'}"), "messages[0].content"),
                row(
                        messages(CALL.formatted("{'type':'function','function':{'name':'f','arguments':'{}'}}")),
                        "messages[0].tool_calls[0].id"),
                row(messages(CALL.formatted("{'id':'c','type':'function'}")), "messages[0].tool_calls[0].function"),
                row(messages(CALL.formatted("{'id':'c','type':'other'}")), "messages[0].tool_calls[0].type"),
                row(
                        messages(CALL.formatted("{'id':'c','type':'function','function':{'name':'f','arguments':{}}}")),
                        "messages[0].tool_calls[0].function.arguments"),
                row(
                        messages(CALL.formatted("{'id':'c','type':'custom','custom':{'name':'f'}}")),
                        "messages[0].tool_calls[0].custom.input"),
                row(
                        messages("{'role':'user','content':'a'},{'role':'user','content':'b'},"
                                + IMAGE.formatted("{'url':'ftp://x'}")),
                        "messages[2].content[0].image_url.url"));
    }

    private static List<Arguments> media() {
        return List.of(
                row(messages(IMAGE.formatted("'http://x/y.png'")), "messages[0].content[0].image_url"),
                row(messages(IMAGE.formatted("{}")), "messages[0].content[0].image_url.url"),
                row(messages(IMAGE.formatted("{'url':''}")), "messages[0].content[0].image_url.url"),
                row(messages(IMAGE.formatted("{'url':'x.png'}")), "messages[0].content[0].image_url.url"),
                row(messages(IMAGE.formatted("{'url':'https:///x.png'}")), "messages[0].content[0].image_url.url"),
                row(messages(IMAGE.formatted("{'url':'javascript:alert(1)'}")), "messages[0].content[0].image_url.url"),
                row(messages(IMAGE.formatted("{'url':'data:image/png,abc'}")), "messages[0].content[0].image_url.url"),
                row(messages(IMAGE.formatted("{'url':'data:'}")), "messages[0].content[0].image_url.url"),
                row(
                        messages(IMAGE.formatted("{'url':'data:image/png;base64,%%%'}")),
                        "messages[0].content[0].image_url.url"),
                row(
                        messages(IMAGE.formatted("{'url':'data:nonsense;base64,QQ=='}")),
                        "messages[0].content[0].image_url.url"),
                row(messages(AUDIO.formatted("{'data':'QQ=='}")), "messages[0].content[0].input_audio.format"),
                row(
                        messages(AUDIO.formatted("{'data':'?','format':'wav'}")),
                        "messages[0].content[0].input_audio.data"),
                row(messages(AUDIO.formatted("{'format':'wav'}")), "messages[0].content[0].input_audio.data"),
                row(messages(FILE.formatted("{}")), "messages[0].content[0].file"),
                row(messages(FILE.formatted("{'file_id':'f','file_data':'QQ=='}")), "messages[0].content[0].file"),
                row(messages(FILE.formatted("{'file_data':'!!'}")), "messages[0].content[0].file.file_data"));
    }

    private static List<Arguments> tools() {
        return List.of(
                row(with("'tools':{}"), "tools"),
                row(with("'tools':['f']"), "tools[0]"),
                row(with("'tools':[{'function':{'name':'f'}}]"), "tools[0].type"),
                row(with("'tools':[{'type':'function'}]"), "tools[0].function"),
                row(with("'tools':[{'type':'function','function':{}}]"), "tools[0].function.name"),
                row(
                        with("'tools':[{'type':'function','function':{'name':'f','parameters':'{}'}}]"),
                        "tools[0].function.parameters"),
                row(
                        with("'tools':[{'type':'function','function':{'name':'f','strict':0}}]"),
                        "tools[0].function.strict"),
                row(with("'tools':[{'type':'custom','custom':{}}]"), "tools[0].custom.name"),
                row(with("'tool_choice':'required'"), "tool_choice"),
                row(with("'tool_choice':'sometimes'"), "tool_choice"),
                row(with("'tool_choice':1"), "tool_choice"),
                row(with(TOOL + ",'tool_choice':{'type':'function'}"), "tool_choice.function"),
                row(with(TOOL + ",'tool_choice':{'type':'function','function':{'name':'g'}}"), "tool_choice"),
                row(with(TOOL + ",'tool_choice':{'type':'other'}"), "tool_choice.type"),
                row(
                        with(TOOL + ",'tool_choice':{'type':'allowed_tools','allowed_tools':{'tools':[]}}"),
                        "tool_choice.allowed_tools.mode"),
                row(with("'functions':[{}]"), "functions[0].name"));
    }

    private static List<Arguments> options() {
        return List.of(
                row(with("'millrace':true"), "millrace"),
                row(with("'millrace':{'fallback':['m']}"), "millrace.fallback"),
                row(with("'millrace':{'fallbacks':'m'}"), "millrace.fallbacks"),
                row(with("'millrace':{'fallbacks':['']}"), "millrace.fallbacks[0]"),
                row(with("'millrace':{'fallbacks':['1','2','3','4','5','6','7','8','9']}"), "millrace.fallbacks"),
                row(with("'millrace':{'first_token_timeout':'soon'}"), "millrace.first_token_timeout"),
                row(with("'millrace':{'first_token_timeout':0}"), "millrace.first_token_timeout"),
                row(with("'millrace':{'total_timeout':'25h'}"), "millrace.total_timeout"),
                row(with("'millrace':{'max_attempts':4}"), "millrace.max_attempts"),
                row(with("'millrace':{'accept_restart':'yes'}"), "millrace.accept_restart"),
                row(with("'millrace':{'on_disconnect':'panic'}"), "millrace.on_disconnect"),
                row(with("'millrace':{'metadata':{'a':{}}}"), "millrace.metadata.a"),
                row(with("'millrace':{'priority':101}"), "millrace.priority"),
                row(with("'millrace':{'lane':'fast'}"), "millrace.lane"),
                row(with("'millrace':{'deadline':'tomorrow'}"), "millrace.deadline"),
                row(with("'millrace':{'deadline':'2025-12-31T00:00:00Z'}"), "millrace.deadline"));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("bodies")
    void namesTheMember(String body, String param) {
        var error = Bodies.error(body);

        assertThat(error.getParam()).isEqualTo(param);
        assertThat(error.getHttpStatus()).isEqualTo(400);
        assertThat(error.getCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(error.getMessage()).contains(param);
    }

    @Test
    void saysWhichTypeWasExpectedAndWhichCame() {
        assertThat(Bodies.error(json(with("'temperature':'0.5'"))).getMessage())
                .isEqualTo("Invalid type for 'temperature': expected a number, but got a string instead.");
    }

    @Test
    void boundsElementsOfEveryArray() {
        var messages = messages("{'role':'user','content':'x'},".repeat(4096) + "{'role':'user','content':'x'}");

        assertThat(Bodies.error(messages).getParam()).isEqualTo("messages");
    }

    @Test
    void namesTheHeaderOfAMalformedOption() {
        var error = Bodies.error(with(""), Map.of("millrace-max-attempts", "two"));

        assertThat(error.getParam()).isEqualTo("millrace-max-attempts");
    }
}
