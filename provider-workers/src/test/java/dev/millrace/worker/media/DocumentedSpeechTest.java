package dev.millrace.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Tool;
import dev.millrace.worker.cartesia.CartesiaAdapter;
import dev.millrace.worker.deepgram.DeepgramAdapter;
import dev.millrace.worker.elevenlabs.ElevenLabsAdapter;
import dev.millrace.worker.gladia.GladiaAdapter;
import dev.millrace.worker.media.Walk.Answer;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.replicate.ReplicateAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Speech and transcripts beyond what was recorded: requests and replies written from the vendors' documentation, as the adapters' own
 * pages name it.
 */
class DocumentedSpeechTest {
    private static final byte[] SOUND = {'I', 'D', '3', 4, 0, 0};

    private static ProviderAdapter elevenLabs() {
        return new ElevenLabsAdapter(Walk.provider("elevenlabs", "https://api.elevenlabs.io/v1"));
    }

    private static ProviderAdapter cartesia() {
        return new CartesiaAdapter(Walk.provider("cartesia", "https://api.cartesia.ai"));
    }

    private static ProviderAdapter deepgram() {
        return new DeepgramAdapter(Walk.provider("deepgram", "https://api.deepgram.com/v1"));
    }

    private static ProviderAdapter gladia() {
        return new GladiaAdapter(Walk.provider("gladia", "https://api.gladia.io/v2"));
    }

    private static String body(Walk walk) {
        return walk.calls.getFirst().bodyText().replace('"', '\'');
    }

    @Test
    void elevenLabsSpeaksAndSaysWhatItTook() {
        // Given
        var order = Walk.order(
                Operation.SPEECH,
                "eleven_flash_v2_5",
                List.of(Walk.text("Grüße")),
                Map.of(
                        "voice", "{'id':'JBFqnCBsd6RMkjVDRZzb'}",
                        "response_format", "'opus'",
                        "speed", "1.1",
                        "voice_settings", "{'stability':0.5}",
                        "seed", "7"));
        var headers = Map.of("content-type", "audio/mpeg", "character-cost", "3", "request-id", "rq");
        // When
        var walk = Walk.of(elevenLabs(), order, new Answer(200, headers, SOUND));
        // Then
        assertThat(walk.calls.getFirst().path())
                .isEqualTo("/text-to-speech/JBFqnCBsd6RMkjVDRZzb/stream?output_format=opus_48000_128");
        assertThat(body(walk))
                .isEqualTo(
                        "{'text':'Grüße','model_id':'eleven_flash_v2_5','voice_settings':{'stability':0.5,'speed':1.1},'seed':7}");
        assertThat(walk.bytes(0)).isEqualTo(SOUND);
        assertThat(walk.media(0).getLast().getLast()).isTrue();
        assertThat(Objects.requireNonNull(walk.usage).getUnits()).isEqualTo(Map.of("characters", 5L, "credits", 3L));
        assertThat(walk.usage.getEstimated()).isFalse();
        assertThat(walk.result())
                .isInstanceOfSatisfying(
                        Finished.class, result -> assertThat(result.vendor()).containsEntry("request-id", "\"rq\""));
    }

    @Test
    void soundShorterThanAnnouncedIsNotFinished() {
        var order = Walk.order(Operation.SPEECH, "eleven_v3", List.of(Walk.text("x")), Map.of());
        var walk = Walk.of(
                elevenLabs(),
                order,
                new Answer(200, Map.of("content-type", "audio/mpeg", "content-length", "7"), SOUND));
        assertThat(walk.result()).isInstanceOf(Truncated.class);
        assertThat(Objects.requireNonNull(walk.usage).getUnits()).containsEntry("characters", 1L);
    }

    @Test
    void jsonInsteadOfSoundIsMalformed() {
        var order = Walk.order(Operation.SPEECH, "eleven_v3", List.of(Walk.text("x")), Map.of());
        assertThat(Walk.of(elevenLabs(), order, Answer.json("{'ok':true}")).result())
                .isInstanceOf(Malformed.class);
    }

    @Test
    void cartesiaSpeaksInTheFormatAskedFor() {
        var order = Walk.order(
                Operation.SPEECH,
                "sonic-3",
                List.of(Walk.text("Hello")),
                Map.of("voice", "'bf0a246a'", "response_format", "'wav'", "speed", "1.2", "language", "'en'"));
        var walk = Walk.of(cartesia(), order, Answer.bytes("audio/wav", SOUND));
        assertThat(walk.calls.getFirst().path()).isEqualTo("/tts/bytes");
        assertThat(walk.calls.getFirst().headers()).containsEntry("Cartesia-Version", "2025-04-16");
        assertThat(body(walk))
                .isEqualTo("{'model_id':'sonic-3','transcript':'Hello','voice':{'mode':'id','id':'bf0a246a'},"
                        + "'output_format':{'container':'wav','encoding':'pcm_s16le','sample_rate':44100},"
                        + "'generation_config':{'speed':1.2},'language':'en'}");
        assertThat(Objects.requireNonNull(walk.usage).getUnits()).containsEntry("characters", 5L);
        assertThat(walk.usage.getEstimated()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"instructions,'cheerful'", "response_format,'aac'", "nonsense,1"})
    void whatElevenLabsHasNoWordForIsRefusedByName(String name, String value) {
        var json = value.matches("[0-9]+") ? value : "'" + value + "'";
        var order = Walk.order(Operation.SPEECH, "eleven_v3", List.of(Walk.text("x")), Map.of(name, json));
        assertThat(Walk.refusal(elevenLabs(), order).param()).isEqualTo("parameters." + name);
    }

    @Test
    void operationsThatAVendorDoesNotDoAreRefused() {
        var order = Walk.order(Operation.EMBEDDING, "m", List.of(Walk.text("x")), Map.of());
        for (var adapter : List.of(elevenLabs(), cartesia(), deepgram(), gladia())) {
            assertThat(Walk.refusal(adapter, order).param()).isEqualTo("operation");
        }
    }

    @Test
    void deepgramTakesSoundByAddressAndRunTakesTheBodyAsItIs() {
        var listen = Walk.call(
                deepgram(),
                Walk.order(
                        Operation.TRANSCRIPTION,
                        "nova-3",
                        List.of(Walk.url(MediaKind.AUDIO, "https://example.com/a.wav", "")),
                        Map.of("language", "'de'", "keyterm", "['Millrace','Kafka']")));
        assertThat(listen.path()).isEqualTo("/listen?model=nova-3&language=de&keyterm=Millrace&keyterm=Kafka");
        assertThat(listen.bodyText()).isEqualTo("{\"url\":\"https://example.com/a.wav\"}");
        var run = Walk.call(
                deepgram(),
                Walk.order(
                        Operation.RUN,
                        "aura-2-thalia-en",
                        List.of(),
                        Map.of("input", "{'text':'x','encoding':'mp3'}")));
        assertThat(run.path()).isEqualTo("/speak?model=aura-2-thalia-en&encoding=mp3");
        assertThat(run.bodyText()).isEqualTo("{\"text\":\"x\"}");
        var walk = Walk.of(
                deepgram(),
                Walk.order(Operation.RUN, "nova-3", List.of(), Map.of("input", "{'url':'https://example.com/a.wav'}")),
                Answer.json("{'metadata':{'duration':1.5},'results':{'summary':{'short':'s'}}}"));
        assertThat(walk.item("run.output"))
                .isEqualTo("{\"metadata\":{\"duration\":1.5},\"results\":{\"summary\":{\"short\":\"s\"}}}");
        assertThat(Objects.requireNonNull(walk.usage).getMediaMillis()).isEqualTo(1_500);
    }

    @Test
    void deepgramErrorsKeepCodeAndWords() {
        var order = Walk.order(Operation.SPEECH, "aura-2-thalia-en", List.of(Walk.text("x")), Map.of());
        var refused = Walk.of(
                deepgram(),
                order,
                Answer.json(
                        400, "{'err_code':'UNSUPPORTED_AUDIO_FORMAT','err_msg':'no such format','request_id':'r'}"));
        var throttled = Walk.of(
                deepgram(), order, Answer.json(429, "{'err_code':'TOO_MANY_REQUESTS','err_msg':'Too many requests.'}"));
        var down = Walk.of(
                deepgram(),
                order,
                new Answer(503, Map.of(), "<html>Service Unavailable</html>".getBytes(StandardCharsets.UTF_8)));
        assertThat(refused.result()).isInstanceOfSatisfying(Refused.class, result -> {
            assertThat(result.error().code()).isEqualTo("UNSUPPORTED_AUDIO_FORMAT");
            assertThat(result.error().message()).isEqualTo("no such format");
        });
        assertThat(throttled.result()).isInstanceOf(Throttled.class);
        assertThat(down.result())
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        result ->
                                assertThat(result.error().message()).isEqualTo("the vendor answered with status 503"));
    }

    @Test
    void elevenLabsErrorsAreRead() {
        var order = Walk.order(Operation.SPEECH, "eleven_v3", List.of(Walk.text("x")), Map.of());
        var walk = Walk.of(
                elevenLabs(),
                order,
                Answer.json(
                        401, "{'detail':{'status':'quota_exceeded','message':'This request exceeds your quota.'}}"));
        assertThat(walk.result()).isInstanceOfSatisfying(Refused.class, result -> {
            assertThat(result.error().code()).isEqualTo("quota_exceeded");
            assertThat(result.error().message()).isEqualTo("This request exceeds your quota.");
        });
    }

    @Test
    void gladiaTranslatesSoundAtAnAddressWithoutUpload() {
        var order = Walk.order(
                Operation.TRANSLATION,
                "solaria-1",
                List.of(Walk.url(MediaKind.AUDIO, "https://example.com/a.mp3", "")),
                Map.of("prompt", "'a talk'"));
        var walk = Walk.of(
                gladia(),
                order,
                Answer.json(201, "{'id':'j','result_url':'https://api.gladia.io/v2/pre-recorded/j'}"),
                Answer.json("{'id':'j','status':'processing'}"),
                Answer.json("{'id':'j','status':'done','result':{'metadata':{'billing_time':2.5},'transcription':"
                        + "{'full_transcript':'Guten Tag','languages':['de']},'translation':{'results':[{'full_transcript':'Good day',"
                        + "'languages':['en'],'utterances':[]}]}}}"));
        assertThat(body(walk))
                .isEqualTo("{'model':'solaria-1','context_prompt':'a talk','translation':true,"
                        + "'translation_config':{'target_languages':['en']},'audio_url':'https://example.com/a.mp3'}");
        assertThat(walk.text()).isEqualTo("Good day");
        assertThat(Objects.requireNonNull(walk.usage).getMediaMillis()).isEqualTo(2_500);
        assertThat(walk.usage.getEstimated()).isFalse();
    }

    @Test
    void gladiaFailureIsRead() {
        var order = Walk.order(
                Operation.TRANSCRIPTION,
                "solaria-1",
                List.of(Walk.url(MediaKind.AUDIO, "https://example.com/a.mp3", "")),
                Map.of());
        var walk = Walk.of(
                gladia(),
                order,
                Answer.json(201, "{'id':'j'}"),
                Answer.json("{'id':'j','status':'error','error_code':400}"));
        assertThat(walk.result()).isInstanceOf(Refused.class);
    }

    @Test
    void aConversationIsWrittenAsAScriptAndToolsAreRefused() {
        // Given
        var messages = List.of(
                new Message("system", null, List.of(Walk.text("Be brief.")), Map.of()),
                new Message("user", null, List.of(Walk.text("Hi")), Map.of()),
                new Message("assistant", null, List.of(Walk.text("Hello")), Map.of()),
                new Message("user", null, List.of(Walk.text("Who are you?")), Map.of()));
        var chat = ChatInput.newBuilder().setMessages(messages).build();
        var request = InferenceRequest.newBuilder()
                .setAccount("a")
                .setModel("replicate/x")
                .setInput(chat)
                .build();
        var adapter = new ReplicateAdapter(Walk.provider("replicate", "https://api.replicate.com/v1"));
        // When
        var walk = Walk.of(
                adapter,
                Walk.order(request, "meta/meta-llama-3-8b-instruct"),
                Answer.json(201, "{'id':'p','status':'starting'}"),
                Answer.json(
                        "{'id':'p','status':'succeeded','output':['I am',' me.'],'metrics':{'input_token_count':9,'output_token_count':4}}"));
        // Then
        assertThat(body(walk))
                .isEqualTo("{'input':{'system_prompt':'Be brief.',"
                        + "'prompt':'User: Hi\\n\\nAssistant: Hello\\n\\nUser: Who are you?\\n\\nAssistant:'}}");
        assertThat(walk.text()).isEqualTo("I am me.");
        assertThat(Objects.requireNonNull(walk.usage).getOutputTokens()).isEqualTo(4);
        var tools = ChatInput.newBuilder(chat)
                .setTools(List.of(Tool.newBuilder().setName("t").build()))
                .build();
        var withTools = InferenceRequest.newBuilder(request).setInput(tools).build();
        assertThat(Walk.refusal(adapter, Walk.order(withTools, "x/y")).param()).isEqualTo("tools");
    }
}
