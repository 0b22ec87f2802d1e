package dev.millrace.worker.runway;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.JobAdapter;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
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
 * Runway. Base address {@code https://api.dev.runwayml.com/v1}, key as bearer. The version of its API is {@value #VERSION} unless the
 * catalogue's headers name another one.
 *
 * <p>A video begins from an image, from a video, or from words alone; each has its own endpoint, told by what the request holds. Addresses
 * of results expire within one to two days. Input or output that the vendor's safety system stops is a refusal. Written from the vendor's
 * documentation: there is no recording.
 *
 * @see <a href="https://docs.dev.runwayml.com/api/">API reference</a>
 * @see <a href="https://docs.dev.runwayml.com/errors/task-failures/">Task failures</a>
 */
public final class RunwayAdapter extends JobAdapter {
    static final String VERSION = "2024-11-06";
    private static final String VERSION_HEADER = "X-Runway-Version";
    private static final List<String> OWN = List.of(
            "ratio",
            "duration",
            "seed",
            "contentModeration",
            "references",
            "referenceImages",
            "promptImage",
            "audio",
            "outputFormat");

    private final Map<String, String> version;

    public RunwayAdapter(Provider provider) {
        super(provider, Pace.LONG, "*.cloudfront.net", "*.runwayml.com");
        boolean named = provider.headers().keySet().stream().anyMatch(VERSION_HEADER::equalsIgnoreCase);
        version = named ? Map.of() : Map.of(VERSION_HEADER, VERSION);
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

    private ObjectNode common(TaskOrder task) {
        var parameters = task.parameters();
        parameters.onlyOne();
        var body = object().put("model", task.model());
        if (!task.text().isEmpty()) {
            body.put("promptText", task.text());
        }
        var size = PixelSize.of(task);
        if (size != null) {
            body.put("ratio", size.text(":"));
        }
        parameters.copy(body, OWN);
        return body;
    }

    private VendorCall video(TaskOrder task) {
        var body = common(task);
        var seconds = task.parameters().take("seconds");
        if (seconds != null) {
            body.put("duration", seconds.asInt());
        }
        for (var medium : task.media()) {
            if (medium.part().getKind() == MediaKind.VIDEO) {
                body.put("videoUri", medium.address());
            } else if (medium.role().equals("reference")) {
                body.withArrayProperty("references")
                        .addObject()
                        .put("type", "image")
                        .put("uri", medium.address());
            } else {
                body.withArrayProperty("promptImage")
                        .addObject()
                        .put("uri", medium.address())
                        .put("position", medium.role().equals("last_frame") ? "last" : "first");
            }
        }
        return wishing(post(endpoint(task.model(), body), body, version), wish(task));
    }

    private VendorCall image(TaskOrder task) {
        var body = common(task);
        for (var medium : task.media()) {
            var reference =
                    body.withArrayProperty("referenceImages").addObject().put("uri", medium.address());
            if (!medium.role().isEmpty()) {
                reference.put("tag", medium.role());
            }
        }
        return wishing(post("/text_to_image", body, version), wish(task));
    }

    private VendorCall run(TaskOrder task) {
        var input = task.runInput();
        if (!input.has("model")) {
            input.put("model", task.model());
        }
        return wishing(post(endpoint(task.model(), input), input, version), wish(task));
    }

    /** The endpoint that takes such a body. */
    private static String endpoint(String model, ObjectNode body) {
        if (body.has("promptImage")) {
            return "/image_to_video";
        }
        if (body.has("videoUri")) {
            return model.startsWith("upscale") ? "/video_upscale" : "/video_to_video";
        }
        if (body.has("character")) {
            return "/character_performance";
        }
        return body.has("referenceImages") || model.contains("image") ? "/text_to_image" : "/text_to_video";
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        var id = JsonText.text(reply.path("id"));
        if (id == null) {
            return JobStep.malformed("a task without id");
        }
        var known = object().put("id", id);
        var status = reply.path("status").asText(stage == Stage.CREATED ? "PENDING" : "");
        return switch (status) {
            case "PENDING", "THROTTLED", "RUNNING" ->
                new JobStep.Working(known, status, percent(reply.path("progress")));
            case "SUCCEEDED" -> succeeded(reply, wish);
            case "FAILED" -> failed(reply);
            case "CANCELLED" -> JobStep.failed("CANCELLED", "the task was cancelled at the provider");
            default -> JobStep.malformed("a task with status '" + status + "'");
        };
    }

    /** The vendor says 0 to 1. */
    private static int percent(JsonNode progress) {
        return progress.isNumber() ? (int) Math.round(progress.asDouble() * 100) : -1;
    }

    private static JobStep failed(JsonNode reply) {
        var code = JsonText.text(reply.path("failureCode"));
        var words = reply.path("failure").asText("the task failed");
        boolean refused = code != null && (code.contains("SAFETY") || code.startsWith("ASSET.INVALID"));
        return refused ? JobStep.refused(code, words) : JobStep.failed(code, words);
    }

    private static JobStep succeeded(JsonNode reply, Wish wish) {
        var media = Produced.addresses(reply.path("output"), wish.kind());
        var usage = Units.made(wish, media, -1, null);
        var vendor = Map.of("id", reply.path("id").toString());
        if (wish.raw()) {
            return new JobStep.Done(List.of(JobStep.raw("runway", reply.path("output"))), List.of(), usage, vendor);
        }
        return media.isEmpty()
                ? JobStep.malformed("a succeeded task without output")
                : new JobStep.Done(List.of(), media, usage, vendor);
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("GET", "/tasks/" + segment(id), version);
    }

    @Override
    protected @Nullable VendorCall cancel(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("DELETE", "/tasks/" + segment(id), version);
    }
}
