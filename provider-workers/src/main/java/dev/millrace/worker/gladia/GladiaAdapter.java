package dev.millrace.worker.gladia;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.FormFields;
import dev.millrace.worker.media.JobAdapter;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Stage;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.Transcript;
import dev.millrace.worker.media.VendorFailures;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gladia. Base address {@code https://api.gladia.io/v2}, key in {@code x-gladia-key}.
 *
 * <p>Sound given by value is uploaded first; then the transcript is asked for, and asked about until it is done. A translation is made
 * into English.
 *
 * @see <a href="https://docs.gladia.io/api-reference/v2/pre-recorded/init">Pre-recorded transcription</a>
 */
public final class GladiaAdapter extends JobAdapter {
    private static final List<String> OWN = List.of(
            "context_prompt",
            "custom_vocabulary",
            "custom_vocabulary_config",
            "detect_language",
            "enable_code_switching",
            "code_switching_config",
            "language_config",
            "callback",
            "callback_url",
            "callback_config",
            "subtitles",
            "subtitles_config",
            "diarization",
            "diarization_config",
            "diarization_enhanced",
            "translation",
            "translation_config",
            "summarization",
            "summarization_config",
            "moderation",
            "named_entity_recognition",
            "chapterization",
            "name_consistency",
            "custom_spelling",
            "custom_spelling_config",
            "structured_data_extraction",
            "structured_data_extraction_config",
            "sentiment_analysis",
            "audio_to_llm",
            "audio_to_llm_config",
            "custom_metadata",
            "sentences",
            "display_mode",
            "punctuation_enhanced",
            "accurate_words_timestamps",
            "audio_enhancer",
            "speaker_reidentification");

    public GladiaAdapter(Provider provider) {
        super(provider, Pace.SHORT);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.InHeader("x-gladia-key", "");
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case TRANSCRIPTION, TRANSLATION -> transcription(task);
            case RUN -> wishing(post("/pre-recorded", task.runInput()), wish(task));
            case CHAT, COMPLETION, EMBEDDING, IMAGE, IMAGE_EDIT, SPEECH, VIDEO, RERANK, MODERATION, UNKNOWN -> null;
        };
    }

    private VendorCall transcription(TaskOrder task) {
        var options = options(task);
        var wish = wish(task);
        var audio = task.only(MediaKind.AUDIO);
        if (audio != null && audio.data() != null) {
            wish.more().set("options", options);
            var form = new FormFields().file("audio", audio, audio.data());
            return wishing(form("/upload", form, Map.of()), wish.beginning(Stage.UPLOADED));
        }
        options.put("audio_url", audio == null ? "" : audio.url());
        return wishing(post("/pre-recorded", options), wish);
    }

    private static ObjectNode options(TaskOrder task) {
        var parameters = task.parameters();
        // The answer is the whole object in any case, with words and their times.
        parameters.take("response_format");
        parameters.take("timestamp_granularities");
        var options = object();
        var model = task.model();
        if (!model.isBlank()) {
            options.put("model", model);
        }
        var language = parameters.text("language");
        if (language != null) {
            options.putObject("language_config").putArray("languages").add(language);
        }
        parameters.move("prompt", options, "context_prompt");
        parameters.copy(options, OWN);
        if (task.operation() == Operation.TRANSLATION && !options.has("translation_config")) {
            options.put("translation", true)
                    .putObject("translation_config")
                    .putArray("target_languages")
                    .add("en");
        }
        return options;
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        return switch (stage) {
            case UPLOADED -> uploaded(reply, job, wish);
            case CREATED -> created(reply);
            case POLLED, FETCHED -> polled(reply, job, wish);
        };
    }

    private JobStep uploaded(JsonNode reply, ObjectNode job, Wish wish) {
        var address = JsonText.text(reply.path("audio_url"));
        if (address == null) {
            return JobStep.malformed("an upload without audio_url");
        }
        var options = wish.more().path("options") instanceof ObjectNode object ? object.deepCopy() : object();
        return new JobStep.Call(post("/pre-recorded", options.put("audio_url", address)), Stage.CREATED, job);
    }

    private static JobStep created(JsonNode reply) {
        var id = JsonText.text(reply.path("id"));
        return id == null
                ? JobStep.malformed("a transcription without id")
                : new JobStep.Working(object().put("id", id), "queued", -1);
    }

    private static JobStep polled(JsonNode reply, ObjectNode job, Wish wish) {
        var status = reply.path("status").asText("");
        return switch (status) {
            case "queued", "processing" -> new JobStep.Working(job, status, -1);
            case "done" -> done(reply, wish);
            case "error" ->
                new JobStep.Failed(
                        VendorFailures.of(reply.path("error_code").asInt(500), VendorFailures.error(0, reply), null));
            default -> JobStep.malformed("a transcription with status '" + status + "'");
        };
    }

    private static JobStep done(JsonNode reply, Wish wish) {
        var result = reply.path("result");
        var translation = result.path("translation").path("results").path(0);
        boolean translated = wish.operation() == Operation.TRANSLATION && translation.has("full_transcript");
        var transcription = translated ? translation : result.path("transcription");
        if (!wish.raw() && !transcription.path("full_transcript").isTextual()) {
            return JobStep.malformed("a finished transcription without full_transcript");
        }
        var transcript = new Transcript("gladia")
                .text(transcription.path("full_transcript").asText(""))
                .language(transcription.path("languages").path(0));
        for (var utterance : transcription.path("utterances")) {
            var speaker = utterance.path("speaker");
            transcript.segment(
                    utterance.path("text").asText(), utterance.path("start"), utterance.path("end"), speaker);
            for (var word : utterance.path("words")) {
                transcript.word(word.path("word").asText().strip(), word.path("start"), word.path("end"), speaker);
            }
        }
        var billed = result.path("metadata").path("billing_time");
        long lengthMillis =
                JsonText.millis(billed.isMissingNode() ? reply.path("file").path("audio_duration") : billed);
        var done = transcript
                .durationMillis(lengthMillis)
                .done(reply, lengthMillis < 0, Map.of("id", reply.path("id").toString()));
        var content = wish.raw() ? List.of(JobStep.raw("gladia", reply)) : done.deltas();
        return done.result() instanceof Finished(var usage, var vendor) && usage != null
                ? new JobStep.Done(content, List.of(), usage, vendor)
                : new JobStep.Failed(done.result());
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("GET", "/pre-recorded/" + segment(id), Map.of());
    }
}
