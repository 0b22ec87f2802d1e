package dev.millrace.worker.ark;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
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
import dev.millrace.worker.media.TwoDialects;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.media.VendorFailures;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.responses.ChatOrResponsesAdapter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Ark (ByteDance): videos as tasks of its own ({@code seedance}); chat, embeddings and images (Seedream) in OpenAI's dialect. Base address
 * {@code https://ark.cn-beijing.volces.com/api/v3} or {@code https://ark.ap-southeast.bytepluses.com/api/v3}, key as bearer.
 *
 * <p>Addresses of videos expire after a day. The vendor counts a video's tokens: they are output tokens. Written from the vendor's
 * documentation: there is no recording.
 *
 * @see <a href="https://www.volcengine.com/docs/82379/1520757">Create a video generation task</a>
 * @see <a href="https://docs.byteplus.com/en/docs/ModelArk/1521309">Retrieve a video generation task</a>
 */
public final class ArkAdapter extends JobAdapter {
    private static final List<String> OWN = List.of(
            "resolution",
            "ratio",
            "duration",
            "frames",
            "seed",
            "camera_fixed",
            "watermark",
            "generate_audio",
            "draft",
            "return_last_frame",
            "service_tier",
            "execution_expires_after",
            "callback_url");

    ArkAdapter(Provider provider) {
        super(provider, Pace.LONG, "*.volces.com", "*.bytepluses.com", "*.byteplusapi.com");
    }

    /** The adapter of a provider of the catalogue, for all its models. */
    public static ProviderAdapter of(Provider provider) {
        return new TwoDialects(new ArkAdapter(provider), ArkAdapter::isTask, ChatOrResponsesAdapter.of(provider));
    }

    private static boolean isTask(AttemptOrder order) {
        var operation = order.getRequest().getOperation();
        return operation == Operation.VIDEO
                || (operation == Operation.RUN && order.getVendorModel().contains("seedance"));
    }

    @Override
    public CredentialScheme credentialScheme() {
        return CredentialScheme.bearer();
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        if (task.operation() == Operation.RUN) {
            var input = task.runInput();
            if (!input.has("model")) {
                input.put("model", task.model());
            }
            return wishing(post("/contents/generations/tasks", input), wish(task));
        }
        return task.operation() == Operation.VIDEO ? video(task) : null;
    }

    private VendorCall video(TaskOrder task) {
        var parameters = task.parameters();
        parameters.onlyOne();
        var body = object().put("model", task.model());
        var content = body.putArray("content");
        if (!task.text().isEmpty()) {
            content.addObject().put("type", "text").put("text", task.text());
        }
        task.media().forEach(medium -> content.add(content(medium)));
        var size = PixelSize.of(task);
        if (size != null) {
            body.put("resolution", size.lines()).put("ratio", size.ratio());
        }
        parameters.move("aspect_ratio", body, "ratio");
        var seconds = parameters.take("seconds");
        if (seconds != null) {
            body.put("duration", seconds.asInt());
        }
        parameters.copy(body, OWN);
        return wishing(post("/contents/generations/tasks", body), wish(task));
    }

    private static ObjectNode content(Medium medium) {
        var type = switch (medium.part().getKind()) {
            case VIDEO -> "video_url";
            case AUDIO -> "audio_url";
            case IMAGE, DOCUMENT, OTHER -> "image_url";
        };
        var item = object().put("type", type);
        item.putObject(type).put("url", medium.address());
        var role = medium.role();
        if (!role.isEmpty()) {
            item.put("role", role.equals("reference") ? "reference_" + type.replace("_url", "") : role);
        }
        return item;
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        var id = JsonText.text(reply.path("id"));
        if (id == null) {
            return JobStep.malformed("a task without id");
        }
        var known = object().put("id", id);
        var status = reply.path("status").asText(stage == Stage.CREATED ? "queued" : "");
        return switch (status) {
            case "queued", "running" -> new JobStep.Working(known, status, -1);
            case "succeeded" -> succeeded(reply, wish);
            case "failed" -> failed(reply.path("error"));
            case "cancelled", "expired" -> JobStep.failed(status, "the task was " + status + " at the provider");
            default -> JobStep.malformed("a task with status '" + status + "'");
        };
    }

    private static JobStep failed(JsonNode error) {
        var said = VendorFailures.error(0, error);
        var code = said.code() == null ? "" : said.code();
        boolean refused = code.contains("SensitiveContent") || code.startsWith("Invalid");
        return refused ? JobStep.refused(code, said.message()) : JobStep.failed(said.code(), said.message());
    }

    private static JobStep succeeded(JsonNode reply, Wish wish) {
        long lengthMillis = JsonText.millis(reply.path("duration"));
        var said = reply.path("usage");
        var url = JsonText.text(reply.path("content").path("video_url"));
        var media = url == null ? List.<Produced>of() : List.of(Produced.of(MediaKind.VIDEO, url));
        var usage = Units.withTokens(
                Units.made(wish, media, lengthMillis, said.isObject() ? said : null),
                -1,
                JsonText.count(said.path("completion_tokens")));
        var vendor = new TreeMap<String, String>();
        for (var name : List.of("id", "model", "seed", "resolution", "ratio", "duration", "framespersecond")) {
            if (reply.hasNonNull(name)) {
                vendor.put(name, reply.path(name).toString());
            }
        }
        if (wish.raw()) {
            return new JobStep.Done(List.of(JobStep.raw("ark", reply)), List.of(), usage, vendor);
        }
        return media.isEmpty()
                ? JobStep.malformed("a succeeded task without content.video_url")
                : new JobStep.Done(List.of(), media, usage, vendor);
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("GET", "/contents/generations/tasks/" + segment(id), Map.of());
    }

    @Override
    protected @Nullable VendorCall cancel(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("DELETE", "/contents/generations/tasks/" + segment(id), Map.of());
    }
}
