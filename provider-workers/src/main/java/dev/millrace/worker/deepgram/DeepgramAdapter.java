package dev.millrace.worker.deepgram;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.MediaAdapter;
import dev.millrace.worker.media.Parameters;
import dev.millrace.worker.media.QueryText;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deepgram. Base address {@code https://api.deepgram.com/v1}, key as {@code Authorization: Token}.
 *
 * <p>The voice is a part of a speaking model's name: {@code voice} takes its place ({@code aura-2-thalia-en} and {@code zeus} make
 * {@code aura-2-zeus-en}), a whole name replaces it. Options travel in the query; what {@code run} gives beside {@code url} or
 * {@code text} goes there too.
 *
 * @see <a href="https://developers.deepgram.com/reference/text-to-speech/speak-request">Speak</a>
 * @see <a href="https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded">Listen</a>
 */
public final class DeepgramAdapter extends MediaAdapter {
    /** What belongs into a body; everything else is said in the query. */
    private static final Set<String> BODY = Set.of("url", "text");

    /** Memo of a call whose answer is the vendor's own object. */
    private static final String RAW = "run";

    private static final List<String> SPEAK =
            List.of("encoding", "container", "sample_rate", "bit_rate", "mip_opt_out", "tag");

    private static final List<String> LISTEN = List.of(
            "detect_language",
            "diarize",
            "diarize_model",
            "diarize_version",
            "punctuate",
            "smart_format",
            "utterances",
            "utt_split",
            "paragraphs",
            "keyterm",
            "keywords",
            "search",
            "replace",
            "redact",
            "filler_words",
            "numerals",
            "measurements",
            "dictation",
            "profanity_filter",
            "multichannel",
            "detect_entities",
            "sentiment",
            "summarize",
            "topics",
            "custom_topic",
            "custom_topic_mode",
            "intents",
            "custom_intent",
            "custom_intent_mode",
            "encoding",
            "version",
            "mip_opt_out",
            "tag",
            "extra");

    public DeepgramAdapter(Provider provider) {
        super(provider);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.InHeader("Authorization", "Token ");
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case SPEECH -> speak(task);
            case TRANSCRIPTION -> listen(task);
            case RUN -> run(task);
            case CHAT, COMPLETION, EMBEDDING, IMAGE, IMAGE_EDIT, TRANSLATION, VIDEO, RERANK, MODERATION, UNKNOWN ->
                null;
        };
    }

    private VendorCall speak(TaskOrder task) {
        task.noMedia();
        var parameters = task.parameters();
        var query = new QueryText().add("model", voiced(task.model(), parameters.voice()));
        format(parameters, query);
        SPEAK.forEach(name -> query.add(name, parameters.take(name)));
        return post("/speak" + query, object().put("text", task.text()));
    }

    /** The common formats in the vendor's words; own {@code encoding} and {@code container} stand beside them. */
    private static void format(Parameters parameters, QueryText query) {
        var format = parameters.text("response_format");
        if (format == null) {
            return;
        }
        switch (format) {
            case "mp3", "aac", "flac" -> query.add("encoding", format);
            case "opus" -> query.add("encoding", "opus").add("container", "ogg");
            case "wav" -> query.add("encoding", "linear16").add("container", "wav");
            case "pcm" -> query.add("encoding", "linear16").add("container", "none");
            default -> parameters.refuse("response_format", "'" + format + "' is not made by this provider");
        }
    }

    /** {@code family-voice-language} with another voice; a model that is not named so is left as it is. */
    static String voiced(String model, @Nullable String voice) {
        if (voice == null || voice.isBlank()) {
            return model;
        }
        if (voice.startsWith("aura-")) {
            return voice;
        }
        var pieces = model.split("-", -1);
        if (pieces.length < 3) {
            return model + "-" + voice;
        }
        pieces[pieces.length - 2] = voice;
        return String.join("-", pieces);
    }

    private VendorCall listen(TaskOrder task) {
        var parameters = task.parameters();
        var query = new QueryText().add("model", task.model());
        // The answer is the whole object in any case; words have their times always.
        parameters.take("response_format");
        parameters.take("timestamp_granularities");
        var language = parameters.take("language");
        query.add("language", language);
        LISTEN.forEach(name -> query.add(name, parameters.take(name)));
        var audio = task.only(MediaKind.AUDIO);
        if (audio != null && audio.data() != null) {
            return call("POST", "/listen" + query, audio.mimeType(), audio.data(), Map.of());
        }
        return post("/listen" + query, object().put("url", audio == null ? "" : audio.url()));
    }

    private VendorCall run(TaskOrder task) {
        task.noMedia();
        var input = task.runInput();
        var rest = object();
        task.parameters().copyRest(rest);
        input.properties().stream()
                .filter(member -> !BODY.contains(member.getKey()))
                .forEach(member -> rest.set(member.getKey(), member.getValue()));
        input.retain(BODY);
        var query = new QueryText().add("model", task.model());
        rest.properties().forEach(member -> query.add(member.getKey(), member.getValue()));
        return post((task.model().startsWith("aura") ? "/speak" : "/listen") + query, input)
                .withMemo(RAW);
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        if (call.path().startsWith("/listen")) {
            return json(RAW.equals(call.memo()) ? DeepgramTranscript::raw : DeepgramTranscript::read);
        }
        var body = JsonText.readOrNull(call.bodyText());
        var text = body == null ? "" : body.path("text").asText("");
        return sound(headers -> usage(headers, text), List.of("dg-request-id", "dg-model-name", "dg-model-uuid"));
    }

    private static Usage usage(VendorHeaders headers, String text) {
        JsonNode said = headers.get("dg-char-count").map(JsonText::readOrNull).orElse(null);
        long counted = said == null ? -1 : JsonText.count(said);
        return Units.of(Map.of("characters", counted < 0 ? Units.characters(text) : counted), -1, counted < 0, null);
    }
}
