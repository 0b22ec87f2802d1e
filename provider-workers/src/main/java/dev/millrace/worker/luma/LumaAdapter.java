package dev.millrace.worker.luma;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.JobAdapter;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Medium;
import dev.millrace.worker.media.PixelSize;
import dev.millrace.worker.media.Produced;
import dev.millrace.worker.media.Stage;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.VendorCall;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Luma Dream Machine. Base address {@code https://api.lumalabs.ai/dream-machine/v1}, key as bearer.
 *
 * <p>Images to work on are taken by address only. {@code size} is said as aspect ratio, and for videos as resolution too. Written from the
 * vendor's documentation: there is no recording.
 *
 * @see <a href="https://docs.lumalabs.ai/docs/video-generation">Video generation</a>
 * @see <a href="https://docs.lumalabs.ai/docs/image-generation">Image generation</a>
 */
public final class LumaAdapter extends JobAdapter {
    private static final List<String> VIDEO =
            List.of("aspect_ratio", "loop", "keyframes", "resolution", "duration", "concepts", "callback_url");

    private static final List<String> IMAGE = List.of(
            "aspect_ratio", "format", "image_ref", "style_ref", "character_ref", "modify_image_ref", "callback_url");

    public LumaAdapter(Provider provider) {
        super(provider, Pace.LONG, "storage.cdn-luma.com", "*.cdn-luma.com", "*.lumalabs.ai");
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
            case RUN -> run(task);
            case CHAT, COMPLETION, EMBEDDING, SPEECH, TRANSCRIPTION, TRANSLATION, RERANK, MODERATION, UNKNOWN -> null;
        };
    }

    private VendorCall video(TaskOrder task) {
        var parameters = task.parameters();
        parameters.onlyOne();
        var body = object().put("prompt", task.text()).put("model", task.model());
        var size = PixelSize.of(task);
        if (size != null) {
            body.put("aspect_ratio", size.ratio()).put("resolution", size.lines());
        }
        var seconds = parameters.take("seconds");
        if (seconds != null) {
            body.put("duration", seconds.asText() + "s");
        }
        for (var medium : task.media()) {
            var frame = medium.role().equals("last_frame") ? "frame1" : "frame0";
            body.withObjectProperty("keyframes")
                    .set(frame, object().put("type", "image").put("url", address(task, medium)));
        }
        parameters.copy(body, VIDEO);
        return wishing(post("/generations", body), wish(task));
    }

    private VendorCall image(TaskOrder task) {
        var parameters = task.parameters();
        parameters.onlyOne();
        var body = object().put("prompt", task.text()).put("model", task.model());
        var size = PixelSize.of(task);
        if (size != null) {
            body.put("aspect_ratio", size.ratio());
        }
        parameters.move("output_format", body, "format");
        for (var medium : task.media()) {
            var reference = object().put("url", address(task, medium));
            if (task.operation() == Operation.IMAGE_EDIT && medium.role().isEmpty()) {
                body.set("modify_image_ref", reference);
            } else {
                body.withArrayProperty(medium.role().isEmpty() ? "image_ref" : medium.role())
                        .add(reference);
            }
        }
        parameters.copy(body, IMAGE);
        return wishing(post("/generations/image", body), wish(task));
    }

    private static String address(TaskOrder task, Medium medium) {
        var url = medium.url();
        if (url == null) {
            task.refuseAt(medium.param(), "must be given by address at this provider");
        }
        return url == null ? "" : url;
    }

    private VendorCall run(TaskOrder task) {
        var input = task.runInput();
        if (!input.has("model")) {
            input.put("model", task.model());
        }
        return wishing(
                post(task.model().startsWith("photon") ? "/generations/image" : "/generations", input), wish(task));
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        var id = JsonText.text(reply.path("id"));
        if (id == null) {
            return JobStep.malformed("a generation without id");
        }
        var state = reply.path("state").asText("");
        return switch (state) {
            case "queued", "dreaming", "pending", "processing" ->
                new JobStep.Working(object().put("id", id), state, -1);
            case "completed" -> completed(reply, wish);
            case "failed" -> failed(reply.path("failure_reason").asText("the generation failed"));
            default -> JobStep.malformed("a generation with state '" + state + "'");
        };
    }

    private static JobStep failed(String reason) {
        return JobStep.failed("failed", reason);
    }

    private static JobStep completed(JsonNode reply, Wish wish) {
        boolean video = reply.path("assets").hasNonNull("video");
        var seconds = reply.path("request").path("duration").asText("").replace("s", "");
        long lengthMillis = video ? JsonText.millis(JsonText.word(seconds)) : -1;
        var url = JsonText.text(reply.path("assets").path(video ? "video" : "image"));
        var kind = video ? MediaKind.VIDEO : MediaKind.IMAGE;
        var media = url == null ? List.<Produced>of() : List.of(Produced.of(kind, url));
        var usage = Units.made(wish, media, lengthMillis, null);
        var vendor = Map.of("id", reply.path("id").toString());
        if (wish.raw()) {
            return new JobStep.Done(List.of(JobStep.raw("luma", reply)), List.of(), usage, vendor);
        }
        return media.isEmpty()
                ? JobStep.malformed("a completed generation without asset")
                : new JobStep.Done(List.of(), media, usage, vendor);
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("GET", "/generations/" + segment(id), Map.of());
    }

    @Override
    protected @Nullable VendorCall cancel(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("DELETE", "/generations/" + segment(id), Map.of());
    }
}
