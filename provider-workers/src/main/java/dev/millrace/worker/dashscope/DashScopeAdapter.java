package dev.millrace.worker.dashscope;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.JobAdapter;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Medium;
import dev.millrace.worker.media.PixelSize;
import dev.millrace.worker.media.Stage;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.TwoDialects;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.responses.ChatOrResponsesAdapter;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DashScope (Alibaba): images and videos in its own dialect; everything else in OpenAI's. Base address
 * {@code https://dashscope-intl.aliyuncs.com/compatible-mode/v1}: its own endpoints stand on the same host under {@code /api/v1}.
 *
 * <p>Qwen's image models and the newer of Wan answer at once, the others in tasks. Addresses of results expire after a day. Written from
 * the vendor's documentation: there is no recording.
 *
 * @see <a href="https://www.alibabacloud.com/help/en/model-studio/text-to-image-v2-api-reference">Text to image</a>
 * @see <a href="https://www.alibabacloud.com/help/en/model-studio/text-to-video-api-reference">Text to video</a>
 * @see <a href="https://www.alibabacloud.com/help/en/model-studio/qwen-image-api">Qwen-Image</a>
 */
public final class DashScopeAdapter extends JobAdapter {
    private static final String AIGC = "/api/v1/services/aigc/";
    private static final Map<String, String> ASYNC = Map.of("X-DashScope-Async", "enable");
    private static final List<String> INPUT = List.of(
            "negative_prompt",
            "audio_url",
            "template",
            "function",
            "ref_img",
            "reference_urls",
            "video_url",
            "first_clip_url");

    private static final List<String> OWN = List.of(
            "seed",
            "prompt_extend",
            "watermark",
            "resolution",
            "duration",
            "shot_type",
            "audio",
            "style",
            "ref_strength",
            "ref_mode",
            "strength",
            "enable_interleave",
            "max_images");

    private final URI origin;

    DashScopeAdapter(Provider provider) {
        super(provider, Pace.LONG, "*.aliyuncs.com");
        var base = provider.baseUrl();
        origin = base == null
                ? URI.create("https://dashscope-intl.aliyuncs.com")
                : URI.create(base.getScheme() + "://" + base.getAuthority());
    }

    /** The adapter of a provider of the catalogue, for all its models. */
    public static ProviderAdapter of(Provider provider) {
        return new TwoDialects(
                new DashScopeAdapter(provider), DashScopeAdapter::isOwn, ChatOrResponsesAdapter.of(provider));
    }

    private static boolean isOwn(AttemptOrder order) {
        return switch (order.getRequest().getOperation()) {
            case IMAGE, IMAGE_EDIT, VIDEO -> true;
            case RUN ->
                isAtOnce(order.getVendorModel()) || order.getVendorModel().startsWith("wan");
            case CHAT, COMPLETION, EMBEDDING, SPEECH, TRANSCRIPTION, TRANSLATION, RERANK, MODERATION, UNKNOWN -> false;
        };
    }

    /** Whether a model makes images without a task. */
    private static boolean isAtOnce(String model) {
        return model.startsWith("qwen-image")
                || model.startsWith("z-image")
                || model.startsWith("wan2.6-t2i")
                || model.startsWith("wan2.6-image");
    }

    @Override
    public CredentialScheme credentialScheme() {
        return CredentialScheme.bearer();
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case IMAGE, IMAGE_EDIT -> isAtOnce(task.model()) ? message(task) : image(task);
            case VIDEO -> video(task);
            case RUN -> run(task);
            case CHAT, COMPLETION, EMBEDDING, SPEECH, TRANSCRIPTION, TRANSLATION, RERANK, MODERATION, UNKNOWN -> null;
        };
    }

    private VendorCall send(String service, ObjectNode body, Map<String, String> headers, TaskOrder task) {
        if (body.path("parameters").isObject() && body.path("parameters").isEmpty()) {
            body.remove("parameters");
        }
        return wishing(post(AIGC + service, body, headers).at(origin), wish(task));
    }

    /** A body with what all kinds have in common. */
    private static ObjectNode common(TaskOrder task) {
        var body = object().put("model", task.model());
        body.putObject("input");
        var parameters = body.putObject("parameters");
        var size = PixelSize.of(task);
        if (size != null) {
            parameters.put("size", size.text("*"));
        }
        task.parameters().move("n", parameters, "n");
        task.parameters().copy(parameters, OWN);
        return body;
    }

    private VendorCall message(TaskOrder task) {
        var body = common(task);
        task.parameters().move("negative_prompt", body.withObjectProperty("parameters"), "negative_prompt");
        var message = body.withObjectProperty("input")
                .putArray("messages")
                .addObject()
                .put("role", "user");
        var content = message.putArray("content");
        task.media().forEach(medium -> content.addObject().put("image", medium.address()));
        content.addObject().put("text", task.text());
        return send("multimodal-generation/generation", body, Map.of(), task);
    }

    private VendorCall image(TaskOrder task) {
        var body = common(task);
        var input = body.withObjectProperty("input").put("prompt", task.text());
        task.parameters().copy(input, INPUT);
        boolean list = task.model().contains("i2i");
        for (var medium : task.media()) {
            if (list) {
                input.withArrayProperty("images").add(medium.address());
            } else {
                input.put(medium.role().equals("mask") ? "mask_image_url" : "base_image_url", medium.address());
            }
        }
        var service = task.media().isEmpty() ? "text2image/image-synthesis" : "image2image/image-synthesis";
        return send(service, body, ASYNC, task);
    }

    private VendorCall video(TaskOrder task) {
        var body = common(task);
        var parameters = body.withObjectProperty("parameters");
        var seconds = task.parameters().take("seconds");
        if (seconds != null) {
            parameters.put("duration", seconds.asInt());
        }
        var input = body.withObjectProperty("input").put("prompt", task.text());
        task.parameters().copy(input, INPUT);
        boolean frames = task.media().stream().anyMatch(medium -> medium.role().equals("last_frame"));
        task.media().forEach(medium -> input.put(member(medium, frames), medium.address()));
        return send(frames ? "image2video/video-synthesis" : "video-generation/video-synthesis", body, ASYNC, task);
    }

    private static String member(Medium medium, boolean frames) {
        return switch (medium.role()) {
            case "last_frame" -> "last_frame_url";
            case "first_frame", "" -> frames ? "first_frame_url" : "img_url";
            default -> medium.role() + "_url";
        };
    }

    private VendorCall run(TaskOrder task) {
        var input = task.runInput();
        if (!input.has("model")) {
            input.put("model", task.model());
        }
        if (isAtOnce(task.model())) {
            return send("multimodal-generation/generation", input, Map.of(), task);
        }
        var what = input.path("input");
        if (task.model().contains("t2i")) {
            return send("text2image/image-synthesis", input, ASYNC, task);
        }
        if (task.model().contains("image") || task.model().contains("i2i")) {
            return send("image2image/image-synthesis", input, ASYNC, task);
        }
        boolean frames = what.has("first_frame_url");
        return send(frames ? "image2video/video-synthesis" : "video-generation/video-synthesis", input, ASYNC, task);
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        return DashScopeOutput.read(reply, wish);
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("task_id"));
        return id == null
                ? null
                : bare("GET", "/api/v1/tasks/" + segment(id), Map.of()).at(origin);
    }

    @Override
    protected @Nullable VendorCall cancel(ObjectNode job) {
        var id = JsonText.text(job.path("task_id"));
        return id == null
                ? null
                : bare("POST", "/api/v1/tasks/" + segment(id) + "/cancel", Map.of())
                        .at(origin);
    }
}
