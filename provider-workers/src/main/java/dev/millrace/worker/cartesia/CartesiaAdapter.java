package dev.millrace.worker.cartesia;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.FormFields;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.MediaAdapter;
import dev.millrace.worker.media.Parameters;
import dev.millrace.worker.media.QueryText;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cartesia. Base address {@code https://api.cartesia.ai}, key in {@code X-API-Key}. The version of its API is {@value #VERSION} unless the
 * catalogue's headers name another one.
 *
 * <p>Speech streams as it is made. The vendor gives no figure for its usage: characters are counted here, and flagged so.
 *
 * @see <a href="https://docs.cartesia.ai/api-reference/tts/bytes">Text to speech (bytes)</a>
 * @see <a href="https://docs.cartesia.ai/api-reference/stt/transcribe">Speech to text (batch)</a>
 */
public final class CartesiaAdapter extends MediaAdapter {
    static final String VERSION = "2025-04-16";
    private static final String VERSION_HEADER = "Cartesia-Version";

    /** Used when the request names none, because the vendor has no default: the voice of its own examples. */
    static final String DEFAULT_VOICE = "694f9389-aac1-45b6-b726-9d9369183238";

    private final Map<String, String> version;

    public CartesiaAdapter(Provider provider) {
        super(provider);
        boolean named = provider.headers().keySet().stream().anyMatch(VERSION_HEADER::equalsIgnoreCase);
        version = named ? Map.of() : Map.of(VERSION_HEADER, VERSION);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.InHeader("X-API-Key", "");
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
        var body = object().put("model_id", task.model()).put("transcript", task.text());
        var voice = parameters.voice();
        body.putObject("voice").put("mode", "id").put("id", voice == null ? DEFAULT_VOICE : voice);
        var own = parameters.take("output_format");
        body.set("output_format", own == null ? format(parameters) : own);
        var generation = parameters.take("generation_config") instanceof ObjectNode given ? given.deepCopy() : object();
        for (var name : List.of("speed", "volume", "emotion")) {
            parameters.move(name, generation, name);
        }
        if (!generation.isEmpty()) {
            body.set("generation_config", generation);
        }
        parameters.copy(body, List.of("language", "save", "pronunciation_dict_id", "duration"));
        return post("/tts/bytes", body, version);
    }

    private static ObjectNode format(Parameters parameters) {
        var asked = parameters.text("response_format");
        var format = object();
        switch (asked == null ? "mp3" : asked) {
            case "mp3" ->
                format.put("container", "mp3").put("sample_rate", 44_100).put("bit_rate", 128_000);
            case "wav" ->
                format.put("container", "wav").put("encoding", "pcm_s16le").put("sample_rate", 44_100);
            case "pcm" ->
                format.put("container", "raw").put("encoding", "pcm_s16le").put("sample_rate", 24_000);
            default -> parameters.refuse("response_format", "'" + asked + "' is not made by this provider");
        }
        parameters.move("sample_rate", format, "sample_rate");
        parameters.move("bit_rate", format, "bit_rate");
        parameters.move("encoding", format, "encoding");
        return format;
    }

    private VendorCall transcription(TaskOrder task) {
        var parameters = task.parameters();
        var form = new FormFields().add("model", task.model());
        var audio = task.only(MediaKind.AUDIO);
        if (audio != null && audio.data() != null) {
            form.file("file", audio, audio.data());
        } else if (audio != null) {
            task.refuseAt(audio.param(), "must be given by value; this provider fetches no addresses");
        }
        parameters.take("response_format");
        form.add("language", parameters.take("language"));
        form.add("timestamp_granularities[]", parameters.take("timestamp_granularities"));
        var query = new QueryText()
                .add("encoding", parameters.take("encoding"))
                .add("sample_rate", parameters.take("sample_rate"));
        return form("/stt" + query, form, version);
    }

    private VendorCall run(TaskOrder task) {
        task.noMedia();
        var input = task.runInput();
        if (!input.has("model_id")) {
            input.put("model_id", task.model());
        }
        return post("/tts/bytes", input, version);
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        if (call.path().startsWith("/stt")) {
            return json(CartesiaTranscript::read);
        }
        var body = JsonText.readOrNull(call.bodyText());
        long characters =
                Units.characters(body == null ? "" : body.path("transcript").asText(""));
        return sound(
                _ -> Units.of(Map.of("characters", characters), -1, true, null),
                List.of("x-request-id", "cartesia-file-id"));
    }
}
