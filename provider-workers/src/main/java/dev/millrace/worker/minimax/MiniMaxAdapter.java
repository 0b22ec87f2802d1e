package dev.millrace.worker.minimax;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.JobAdapter;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.PixelSize;
import dev.millrace.worker.media.Stage;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.TwoDialects;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.responses.ChatOrResponsesAdapter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * MiniMax: videos, images, speech and music in its own dialect; chat in OpenAI's. Base address {@code https://api.minimax.io/v1}, key as
 * bearer.
 *
 * <p>An error comes with HTTP 200 and a code in {@code base_resp}. Speech is streamed, except as WAV. Addresses of files expire
 * within a day. Written from the vendor's documentation: there is no recording.
 *
 * @see <a href="https://platform.minimax.io/docs/api-reference/video-generation-t2v">Video generation</a>
 * @see <a href="https://platform.minimax.io/docs/api-reference/speech-t2a-http">Text to audio</a>
 * @see <a href="https://platform.minimax.io/docs/api-reference/image-generation-t2i">Image generation</a>
 */
public final class MiniMaxAdapter extends JobAdapter {
    /** Used when the request names none, because the vendor has no default: the voice of its own examples. */
    static final String DEFAULT_VOICE = "English_expressive_narrator";

    private static final Set<String> FORMATS = Set.of("mp3", "pcm", "flac", "wav");
    private static final List<String> VIDEO = List.of(
            "prompt_optimizer",
            "fast_pretreatment",
            "resolution",
            "duration",
            "callback_url",
            "aigc_watermark",
            "subject_reference");

    private static final List<String> IMAGE =
            List.of("aspect_ratio", "n", "seed", "prompt_optimizer", "subject_reference", "aigc_watermark", "style");

    private static final List<String> SPEECH = List.of(
            "voice_setting",
            "audio_setting",
            "pronunciation_dict",
            "timbre_weights",
            "timber_weights",
            "language_boost",
            "voice_modify",
            "subtitle_enable");

    MiniMaxAdapter(Provider provider) {
        super(provider, Pace.LONG, "*.minimax.io", "*.minimaxi.com", "*.minimax.chat", "*.aliyuncs.com");
    }

    /** The adapter of a provider of the catalogue, for all its models. */
    public static ProviderAdapter of(Provider provider) {
        return new TwoDialects(
                new MiniMaxAdapter(provider), MiniMaxAdapter::isOwn, ChatOrResponsesAdapter.of(provider));
    }

    private static boolean isOwn(AttemptOrder order) {
        return switch (order.getRequest().getOperation()) {
            case VIDEO, IMAGE, IMAGE_EDIT, SPEECH -> true;
            case RUN -> runPath(order.getVendorModel()) != null;
            case CHAT, COMPLETION, EMBEDDING, TRANSCRIPTION, TRANSLATION, RERANK, MODERATION, UNKNOWN -> false;
        };
    }

    /** The endpoint of a model's own kind; null for a model of language. */
    private static @Nullable String runPath(String model) {
        if (model.startsWith("speech-")) {
            return "/t2a_v2";
        }
        if (model.startsWith("image-")) {
            return "/image_generation";
        }
        if (model.startsWith("music-")) {
            return "/music_generation";
        }
        boolean video = model.contains("Hailuo") || model.contains("-01") || model.contains("2V-");
        return video ? "/video_generation" : null;
    }

    @Override
    public CredentialScheme credentialScheme() {
        return CredentialScheme.bearer();
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case VIDEO -> video(task);
            case IMAGE, IMAGE_EDIT -> image(task);
            case SPEECH -> speech(task);
            case RUN -> run(task);
            case CHAT, COMPLETION, EMBEDDING, TRANSCRIPTION, TRANSLATION, RERANK, MODERATION, UNKNOWN -> null;
        };
    }

    private VendorCall video(TaskOrder task) {
        var parameters = task.parameters();
        parameters.onlyOne();
        var body = object().put("model", task.model());
        if (!task.text().isEmpty()) {
            body.put("prompt", task.text());
        }
        var seconds = parameters.take("seconds");
        if (seconds != null) {
            body.put("duration", seconds.asInt());
        }
        var size = PixelSize.of(task);
        if (size != null) {
            body.put("resolution", Math.min(size.width(), size.height()) + "P");
        }
        for (var medium : task.media()) {
            if (medium.role().equals("reference")) {
                var subject =
                        body.withArrayProperty("subject_reference").addObject().put("type", "character");
                subject.putArray("image").add(medium.address());
            } else {
                boolean last = medium.role().equals("last_frame");
                body.put(last ? "last_frame_image" : "first_frame_image", medium.address());
            }
        }
        parameters.copy(body, VIDEO);
        return wishing(post("/video_generation", body), wish(task));
    }

    private VendorCall image(TaskOrder task) {
        var wish = wish(task);
        var body = object().put("model", task.model()).put("prompt", task.text());
        var size = PixelSize.of(task);
        if (size != null) {
            body.put("width", size.width()).put("height", size.height());
        }
        for (var medium : task.media()) {
            body.withArrayProperty("subject_reference")
                    .addObject()
                    .put("type", medium.role().isEmpty() ? "character" : medium.role())
                    .put("image_file", medium.address());
        }
        task.parameters().copy(body, IMAGE);
        body.put("response_format", wish.bytes() ? "base64" : "url");
        return wishing(post("/image_generation", body), wish);
    }

    private VendorCall speech(TaskOrder task) {
        task.noMedia();
        var parameters = task.parameters();
        var body = object().put("model", task.model()).put("text", task.text());
        parameters.copy(body, SPEECH);
        var voice = body.withObjectProperty("voice_setting");
        var name = parameters.voice();
        if (name != null || !voice.has("voice_id")) {
            voice.put("voice_id", name == null ? DEFAULT_VOICE : name);
        }
        for (var member : List.of("speed", "vol", "pitch", "emotion")) {
            parameters.move(member, voice, member);
        }
        var format = parameters.text("response_format");
        if (format != null && !FORMATS.contains(format)) {
            parameters.refuse("response_format", "'" + format + "' is not made by this provider");
        } else if (format != null) {
            body.withObjectProperty("audio_setting").put("format", format);
        }
        // A WAV file begins with its length, so the vendor does not stream it.
        boolean streaming = !"wav".equals(format);
        body.put("output_format", "hex").put("stream", streaming);
        if (!streaming) {
            return wishing(post("/t2a_v2", body), wish(task));
        }
        body.putObject("stream_options").put("exclude_aggregated_audio", true);
        return wishing(post("/t2a_v2", body).streamed(), wish(task));
    }

    private VendorCall run(TaskOrder task) {
        var input = task.runInput();
        if (!input.has("model")) {
            input.put("model", task.model());
        }
        var path = runPath(task.model());
        return wishing(post(path == null ? "/video_generation" : path, input), wish(task));
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        if (!call.streaming()) {
            return super.newDecoder(call);
        }
        var body = JsonText.readOrNull(call.bodyText());
        var format =
                body == null ? "" : body.path("audio_setting").path("format").asText("");
        return new MiniMaxSpeechDecoder(format.isEmpty() ? "mp3" : format);
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        return MiniMaxOutput.read(stage, reply, job, wish, this::file);
    }

    private VendorCall file(String id) {
        return bare("GET", "/files/retrieve?file_id=" + segment(id), Map.of());
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("task_id"));
        return id == null ? null : bare("GET", "/query/video_generation?task_id=" + segment(id), Map.of());
    }
}
