package dev.millrace.worker.elevenlabs;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.FormFields;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.MediaAdapter;
import dev.millrace.worker.media.QueryText;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * ElevenLabs. Base address {@code https://api.elevenlabs.io/v1}, key in {@code xi-api-key}.
 *
 * <p>Speech streams as it is made. {@code run} goes to the endpoint of the model's kind: {@code music_…} composes, a model with
 * {@code sound} in its name makes effects, any other speaks with the body's own {@code voice_id}, which the vendor takes in the path.
 * Usage counts the characters to speak; the credits the vendor took are beside them when it says so.
 *
 * @see <a href="https://elevenlabs.io/docs/api-reference/text-to-speech/stream">Stream speech</a>
 * @see <a href="https://elevenlabs.io/docs/api-reference/speech-to-text/convert">Create transcript</a>
 */
public final class ElevenLabsAdapter extends MediaAdapter {
    /** Used when the request names none, because the vendor has no default: the voice of its own examples. */
    static final String DEFAULT_VOICE = "21m00Tcm4TlvDq8ikWAM";

    private static final Map<String, String> FORMATS = Map.of(
            "mp3", "mp3_44100_128",
            "opus", "opus_48000_128",
            "wav", "wav_44100",
            "pcm", "pcm_24000",
            "ulaw", "ulaw_8000",
            "alaw", "alaw_8000");

    private static final List<String> SPEECH = List.of(
            "language_code",
            "pronunciation_dictionary_locators",
            "seed",
            "previous_text",
            "next_text",
            "previous_request_ids",
            "next_request_ids",
            "apply_text_normalization",
            "apply_language_text_normalization",
            "use_pvc_as_ivc");

    private static final List<String> TRANSCRIPTION = List.of(
            "tag_audio_events",
            "num_speakers",
            "diarize",
            "diarization_threshold",
            "additional_formats",
            "file_format",
            "temperature",
            "seed",
            "use_multi_channel",
            "entity_detection",
            "keyterms",
            "no_verbatim",
            "language_code");

    public ElevenLabsAdapter(Provider provider) {
        super(provider);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.InHeader("xi-api-key", "");
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case SPEECH -> speech(task);
            case TRANSCRIPTION -> transcription(task);
            case RUN -> run(task);
            case CHAT, COMPLETION, EMBEDDING, IMAGE, IMAGE_EDIT, TRANSLATION, VIDEO, RERANK, MODERATION, UNKNOWN ->
                null;
        };
    }

    private VendorCall speech(TaskOrder task) {
        task.noMedia();
        var parameters = task.parameters();
        var body = object().put("text", task.text()).put("model_id", task.model());
        var settings = parameters.take("voice_settings") instanceof ObjectNode given ? given.deepCopy() : object();
        for (var name : List.of("stability", "similarity_boost", "style", "use_speaker_boost", "speed")) {
            parameters.move(name, settings, name);
        }
        if (!settings.isEmpty()) {
            body.set("voice_settings", settings);
        }
        parameters.move("language", body, "language_code");
        parameters.copy(body, SPEECH);
        var voice = parameters.voice();
        return post(
                "/text-to-speech/" + segment(voice == null ? DEFAULT_VOICE : voice) + "/stream" + query(task), body);
    }

    /** The format, and the members that the vendor takes in the query. */
    private static QueryText query(TaskOrder task) {
        var parameters = task.parameters();
        var format = parameters.text("response_format");
        var own = parameters.text("output_format");
        var query = new QueryText();
        if (own != null) {
            query.add("output_format", own);
        } else if (format != null) {
            var known = FORMATS.get(format);
            if (known == null && !format.contains("_")) {
                parameters.refuse("response_format", "'" + format + "' is not made by this provider");
            }
            query.add("output_format", known == null ? format : known);
        }
        return query.add("enable_logging", parameters.take("enable_logging"))
                .add("optimize_streaming_latency", parameters.take("optimize_streaming_latency"));
    }

    private VendorCall transcription(TaskOrder task) {
        var parameters = task.parameters();
        var form = new FormFields().add("model_id", task.model());
        var audio = task.only(MediaKind.AUDIO);
        if (audio != null && audio.data() != null) {
            form.file("file", audio, audio.data());
        } else if (audio != null && audio.url() != null) {
            form.add("cloud_storage_url", audio.url());
        }
        // The answer is the whole object in any case; the format the client wants is made of it.
        parameters.take("response_format");
        form.add("language_code", parameters.take("language"));
        var granularity = parameters.take("timestamp_granularities");
        var own = parameters.take("timestamps_granularity");
        form.add("timestamps_granularity", own == null && granularity != null ? JsonText.word("word") : own);
        for (var name : TRANSCRIPTION) {
            form.add(name, parameters.take(name));
        }
        return form("/speech-to-text", form, Map.of());
    }

    private VendorCall run(TaskOrder task) {
        task.noMedia();
        var input = task.runInput();
        var query = query(task);
        if (task.model().startsWith("music")) {
            return post("/music" + query, model(input, task));
        }
        if (task.model().contains("sound")) {
            return post("/sound-generation" + query, model(input, task));
        }
        var inBody = JsonText.text(input.path("voice_id"));
        input.remove("voice_id");
        var voice = task.parameters().voice();
        var used = voice != null ? voice : inBody != null ? inBody : DEFAULT_VOICE;
        return post("/text-to-speech/" + segment(used) + "/stream" + query, model(input, task));
    }

    private static ObjectNode model(ObjectNode input, TaskOrder task) {
        return input.has("model_id") ? input : input.put("model_id", task.model());
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        if (call.path().startsWith("/speech-to-text")) {
            return json(ElevenLabsTranscript::read);
        }
        long characters = characters(call);
        return sound(headers -> usage(headers, characters), List.of("request-id", "history-item-id", "song-id"));
    }

    private static long characters(VendorCall call) {
        var body = JsonText.readOrNull(call.bodyText());
        return body == null
                ? 0
                : Units.characters(body.path("text").asText(body.path("prompt").asText("")));
    }

    private static Usage usage(VendorHeaders headers, long characters) {
        var units = new TreeMap<String, Long>();
        units.put("characters", characters);
        long credits = headers.get("character-cost")
                .map(text -> JsonText.millis(JsonText.word(text)) / 1000)
                .orElse(-1L);
        if (credits >= 0) {
            units.put("credits", credits);
        }
        return Units.of(units, -1, credits < 0, null);
    }
}
