package dev.millrace.ingress.openai;

import static dev.millrace.ingress.openai.Bodies.call;
import static dev.millrace.ingress.openai.Bodies.input;
import static dev.millrace.ingress.openai.Bodies.json;
import static dev.millrace.ingress.openai.Bodies.messages;
import static dev.millrace.ingress.openai.Bodies.nonNull;
import static dev.millrace.ingress.openai.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Lane;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Part;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.ingress.dialect.Submitter;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each member of a body becomes. */
class ChatDialectTest {
    private static Part part(String part) {
        var content = messages("{'role':'user','content':[" + part + "]}");
        return input(content).getMessages().getFirst().getParts().getFirst();
    }

    @Test
    void readsTextAsStringAndAsPartsAlike() {
        var text = input(messages("{'role':'user','content':'hi'}"));
        var parts = input(messages("{'role':'user','content':[{'type':'text','text':'hi'}]}"));

        assertThat(text).isEqualTo(parts);
        assertThat(text.getMessages().getFirst().getParts().getFirst().getContent())
                .isEqualTo(new TextPart("hi"));
    }

    @Test
    void keepsRoleNameAndUnknownMembersOfAMessage() {
        var message = input(messages("{'role':'developer','name':'bob','content':'x','cache':{'a':[1]}}"))
                .getMessages()
                .getFirst();

        assertThat(message.getRole()).isEqualTo("developer");
        assertThat(message.getName()).isEqualTo("bob");
        assertThat(message.getExtensions()).isEqualTo(Map.of("cache", "{\"a\":[1]}"));
    }

    @Test
    void decodesImagesByValueAndKeepsTheirDetail() {
        var part = part("{'type':'image_url','image_url':{'url':'data:image/png;base64,AQID','detail':'high'},'x':1}");

        var media = (MediaPart) part.getContent();
        assertThat(media.getKind()).isEqualTo(MediaKind.IMAGE);
        assertThat(media.getMimeType()).isEqualTo("image/png");
        assertThat(media.getData()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(media.getUrl()).isNull();
        assertThat(part.getExtensions()).isEqualTo(Map.of("image_url.detail", "\"high\"", "x", "1"));
    }

    @Test
    void keepsImagesByAddress() {
        var media = (MediaPart) part("{'type':'image_url','image_url':{'url':'https://h/p?q=1'}}")
                .getContent();

        assertThat(media.getUrl()).isEqualTo("https://h/p?q=1");
        assertThat(media.getData()).isNull();
    }

    @Test
    void readsAudioAndFiles() {
        var audio = part("{'type':'input_audio','input_audio':{'data':'AQID','format':'mp3'}}");
        assertThat(((MediaPart) audio.getContent()).getMimeType()).isEqualTo("audio/mpeg");
        assertThat(audio.getExtensions()).containsEntry("input_audio.format", "\"mp3\"");

        var byId = (MediaPart) part("{'type':'file','file':{'file_id':'f-1'}}").getContent();
        assertThat(byId.getFileId()).isEqualTo("f-1");

        var byValue = (MediaPart)
                part("{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,AQID'}}")
                        .getContent();
        assertThat(byValue.getFileName()).isEqualTo("a.pdf");
        assertThat(byValue.getMimeType()).isEqualTo("application/pdf");
        assertThat(byValue.getData()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    @Test
    void passesContentOfUnknownTypesThrough() {
        var opaque =
                (OpaquePart) part("{'type':'thinking','thinking':[{'a':1.50}]}").getContent();

        assertThat(opaque.getType()).isEqualTo("thinking");
        assertThat(opaque.getJson()).isEqualTo(json("{'type':'thinking','thinking':[{'a':1.50}]}"));
    }

    @Test
    void readsEverythingAnAssistantCanHaveSaid() {
        var message = input(messages("""
                        {'role':'assistant','content':[{'type':'text','text':'a'},{'type':'refusal','refusal':'b'}],
                         'refusal':'c','audio':{'id':'au'},'reasoning_content':'hm','function_call':{'name':'f','arguments':''},
                         'tool_calls':[{'id':'1','type':'function','function':{'name':'f','arguments':'{\\'x\\':1}','v':2},'i':0},
                                       {'id':'2','type':'custom','custom':{'name':'g','input':'free'}}]}""")).getMessages().getFirst();

        assertThat(message.getParts())
                .extracting(Part::getContent)
                .containsExactly(
                        new TextPart("a"),
                        new RefusalPart("b"),
                        new RefusalPart("c"),
                        new ToolCallPart("1", "f", "{\"x\":1}", "function"),
                        new ToolCallPart("2", "g", "free", "custom"));
        assertThat(message.getParts().get(3).getExtensions()).isEqualTo(Map.of("function.v", "2", "i", "0"));
        assertThat(message.getExtensions()).containsOnlyKeys("audio", "reasoning_content", "function_call");
    }

    @Test
    void readsToolResultsAsOnePart() {
        var message = input(messages("{'role':'tool','tool_call_id':'1','content':[{'type':'text','text':'42'}]}"))
                .getMessages()
                .getFirst();

        var result = (ToolResultPart) message.getParts().getFirst().getContent();
        assertThat(result.getCallId()).isEqualTo("1");
        assertThat(result.getParts()).extracting(Part::getContent).containsExactly(new TextPart("42"));
    }

    @Test
    void readsToolsAndKeepsSchemasAsTheyCame() {
        var tools = input(with("""
                        'tools':[{'type':'function','function':{'name':'f','description':'d','strict':true,
                                  'parameters':{'b':1.0,'a':[]},'x':0},'cache_control':{'type':'e'}},
                                 {'type':'custom','custom':{'name':'g','format':{'type':'text'}}},
                                 {'type':'web_search','filters':{'d':1}}]""".replace("\n", ""))).getTools();

        assertThat(tools.getFirst().getParameters()).isEqualTo(json("{'b':1.0,'a':[]}"));
        assertThat(tools.getFirst().getStrict()).isTrue();
        assertThat(tools.getFirst().getExtensions())
                .isEqualTo(Map.of("function.x", "0", "cache_control", json("{'type':'e'}")));
        assertThat(tools.get(1).getType()).isEqualTo("custom");
        assertThat(tools.get(1).getExtensions()).isEqualTo(Map.of("custom.format", json("{'type':'text'}")));
        assertThat(tools.get(2).getName()).isEqualTo("web_search");
        assertThat(tools.get(2).getExtensions()).isEqualTo(Map.of("filters", json("{'d':1}")));
    }

    @Test
    void readsEveryFormOfToolChoice() {
        var tools = "'tools':[{'type':'function','function':{'name':'f'}},{'type':'custom','custom':{'name':'g'}}],";
        assertThat(nonNull(input(with(tools + "'tool_choice':'none'")).getToolChoice())
                        .getMode())
                .isEqualTo(ToolChoiceMode.NONE);
        assertThat(nonNull(input(with(tools + "'tool_choice':'required'")).getToolChoice())
                        .getMode())
                .isEqualTo(ToolChoiceMode.REQUIRED);
        var named = nonNull(input(with(tools + "'tool_choice':{'type':'custom','custom':{'name':'g'}}"))
                .getToolChoice());
        assertThat(named.getMode()).isEqualTo(ToolChoiceMode.NAMED);
        assertThat(named.getName()).isEqualTo("g");
        assertThat(named.getExtensions()).isEqualTo(Map.of("type", "\"custom\"", "custom", json("{'name':'g'}")));
        var plain = nonNull(input(with(tools + "'tool_choice':{'type':'function','function':{'name':'f'}}"))
                .getToolChoice());
        assertThat(plain.getName()).isEqualTo("f");
        assertThat(plain.getExtensions()).isEmpty();
        var allowed = nonNull(input(with(tools + "'tool_choice':{'type':'allowed_tools','allowed_tools':"
                        + "{'mode':'required','tools':[{'type':'function','function':{'name':'f'}}]}}"))
                .getToolChoice());
        assertThat(allowed.getMode()).isEqualTo(ToolChoiceMode.REQUIRED);
        assertThat(allowed.getExtensions()).containsOnlyKeys("type", "allowed_tools");
    }

    @Test
    void readsSampling() {
        var sampling = nonNull(input(with("'temperature':1,'top_p':0.25,'n':2,'stop':'x','max_completion_tokens':5,"
                        + "'seed':-9223372036854775808,'presence_penalty':-2,'frequency_penalty':0.5,"
                        + "'logit_bias':{'1':-100},'logprobs':true,'top_logprobs':0,'top_k':40,'min_p':0.1"))
                .getSampling());

        assertThat(sampling.getTemperature()).isEqualTo(1.0);
        assertThat(sampling.getTopP()).isEqualTo(0.25);
        assertThat(sampling.getChoices()).isEqualTo(2);
        assertThat(sampling.getStop()).containsExactly("x");
        assertThat(sampling.getMaxOutputTokens()).isEqualTo(5);
        assertThat(sampling.getSeed()).isEqualTo(Long.MIN_VALUE);
        assertThat(sampling.getPresencePenalty()).isEqualTo(-2.0);
        assertThat(sampling.getFrequencyPenalty()).isEqualTo(0.5);
        assertThat(sampling.getLogitBias()).isEqualTo(Map.of("1", -100.0));
        assertThat(sampling.getLogprobs()).isTrue();
        assertThat(sampling.getTopLogprobs()).isZero();
        assertThat(sampling.getTopK()).isEqualTo(40);
        assertThat(sampling.getMinP()).isEqualTo(0.1);
    }

    @Test
    void leavesSamplingOutWhenNothingWasSaid() {
        assertThat(input(with("'temperature':null")).getSampling()).isNull();
    }

    @Test
    void readsOutputFormats() {
        var schema = nonNull(input(with("'response_format':{'type':'json_schema','json_schema':{'name':'n',"
                        + "'description':'d','schema':{'z':1,'a':2},'strict':false,'y':1}}"))
                .getOutputFormat());
        assertThat(schema.getKind()).isEqualTo(OutputKind.JSON_SCHEMA);
        assertThat(schema.getSchema$()).isEqualTo(json("{'z':1,'a':2}"));
        assertThat(schema.getStrict()).isFalse();
        assertThat(schema.getExtensions()).isEqualTo(Map.of("json_schema.y", "1"));

        var other = nonNull(input(with("'response_format':{'type':'grammar','grammar':'g'}"))
                .getOutputFormat());
        assertThat(other.getKind()).isEqualTo(OutputKind.OTHER);
        assertThat(other.getName()).isEqualTo("grammar");
        assertThat(other.getExtensions()).isEqualTo(Map.of("type", "\"grammar\"", "grammar", "\"g\""));
    }

    @Test
    void keepsWhatHasNoCommonWordExactly() {
        var extensions = input(with("'store':true,'user':'u','service_tier':'flex','prediction':{'type':'content'},"
                        + "'big':12345678901234567890.0100,'nothing':null,'stream':true,"
                        + "'stream_options':{'include_usage':true,'include_obfuscation':false}"))
                .getExtensions();

        assertThat(extensions)
                .containsEntry("store", "true")
                .containsEntry("user", "\"u\"")
                .containsEntry("service_tier", "\"flex\"")
                .containsEntry("prediction", json("{'type':'content'}"))
                .containsEntry("big", "12345678901234567890.0100")
                .containsEntry("nothing", "null")
                .containsEntry("stream_options", json("{'include_obfuscation':false}"))
                .doesNotContainKeys("model", "messages", "stream", "millrace");
    }

    @Test
    void readsOptionsFromTheBody() {
        var options = call(with("'millrace':{'fallbacks':['a/b'],'first_token_timeout':'2s','total_timeout':1500,"
                        + "'max_attempts':2,'accept_restart':true,'on_disconnect':'cancel','metadata':{'k':'v'},"
                        + "'priority':-5,'lane':'batch','deadline':'2026-01-01T02:00:00+01:00'}"))
                .options();

        assertThat(options.fallbacks()).containsExactly("a/b");
        assertThat(options.firstTokenTimeoutMillis()).isEqualTo(2000);
        assertThat(options.totalTimeoutMillis()).isEqualTo(1500);
        assertThat(options.maxAttempts()).isEqualTo(2);
        assertThat(options.acceptRestart()).isTrue();
        assertThat(options.onDisconnect()).isEqualTo(OnDisconnect.CANCEL);
        assertThat(options.metadata()).isEqualTo(Map.of("k", "v"));
        assertThat(options.priority()).isEqualTo(-5);
        assertThat(options.lane()).isEqualTo(Lane.BATCH);
        assertThat(options.deadlineAtMillis())
                .isEqualTo(Instant.parse("2026-01-01T01:00:00Z").toEpochMilli());
    }

    @Test
    void readsTheSameOptionsFromHeadersAndLetsTheBodyWin() {
        var headers = Map.of(
                "millrace-fallbacks", "a/b, c",
                "millrace-first-token-timeout", "500ms",
                "millrace-max-attempts", "3",
                "millrace-accept-restart", "true",
                "millrace-metadata", "{\"k\":\"v\"}",
                "millrace-priority", "7",
                "millrace-deadline", "1767229200000");
        var options = call(with("'millrace':{'priority':1}"), headers).options();

        assertThat(options.fallbacks()).containsExactly("a/b", "c");
        assertThat(options.firstTokenTimeoutMillis()).isEqualTo(500);
        assertThat(options.maxAttempts()).isEqualTo(3);
        assertThat(options.acceptRestart()).isTrue();
        assertThat(options.metadata()).isEqualTo(Map.of("k", "v"));
        assertThat(options.priority()).isEqualTo(1);
        assertThat(options.deadlineAtMillis()).isEqualTo(1_767_229_200_000L);
    }

    @Test
    void buildsTheRequestOfASubmitter() {
        var call = call(with("'stream':true,'stream_options':{'include_usage':true},'metadata':{'a':'1'},"
                + "'millrace':{'metadata':{'b':'2'}}"));
        var request = call.request(
                new Submitter(new JobId("job"), new AccountId("acme"), "key", "once", Instant.ofEpochMilli(42)));

        assertThat(request.getJobId()).isEqualTo("job");
        assertThat(request.getAccount()).isEqualTo("acme");
        assertThat(request.getKeyId()).isEqualTo("key");
        assertThat(request.getIdempotencyKey()).isEqualTo("once");
        assertThat(request.getCreatedAtMillis()).isEqualTo(42);
        assertThat(request.getDialect()).isEqualTo("openai-chat");
        assertThat(request.getDelivery().getStream()).isTrue();
        assertThat(request.getDelivery().getIncludeUsage()).isTrue();
        assertThat(request.getMetadata()).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(nonNull(request.getFingerprint()).remaining()).isEqualTo(32);
    }

    @Test
    void fingerprintsTheMeaningOfABodyNotItsSpelling() {
        var one = call(json("{'model':'m','messages':[{'role':'user','content':'hi'}],'n':1}"));
        var same = call(json("{ 'n':1,  'messages':[{'content':'h\\u0069','role':'user'}],'model':'m'}"));
        var other = call(json("{'model':'m','messages':[{'role':'user','content':'hi'}],'n':2}"));
        var otherOption = call(
                json("{'model':'m','messages':[{'role':'user','content':'hi'}],'n':1}"),
                Map.of("millrace-priority", "1"));

        assertThat(same.fingerprint()).isEqualTo(one.fingerprint());
        assertThat(List.of(other.fingerprint(), otherOption.fingerprint())).doesNotContain(one.fingerprint());
    }
}
