package dev.millrace.worker.blackforestlabs;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
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
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.VendorCall;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Black Forest Labs. Base address {@code https://api.bfl.ai/v1}, key in {@code x-key}; a model is the last piece of its path.
 *
 * <p>A request is answered by one of the vendor's regions, which alone knows it: the key goes to {@code api.us.bfl.ai} and its like too.
 * Addresses of results are signed for ten minutes. Moderated input or output is a refusal. Written from the vendor's documentation: there
 * is no recording.
 *
 * @see <a href="https://docs.bfl.ai/quick_start/generating_images">Generating images</a>
 * @see <a href="https://docs.bfl.ai/api_integration/integration_guidelines">Integration guidelines</a>
 */
public final class BlackForestLabsAdapter extends JobAdapter {
    private static final int REGION_NUMBERS = 10;
    private static final Set<String> REGIONS = Stream.concat(
                    Stream.of("api.bfl.ai", "api.us.bfl.ai", "api.eu.bfl.ai"),
                    IntStream.range(1, REGION_NUMBERS)
                            .boxed()
                            .flatMap(number -> Stream.of("api.us" + number + ".bfl.ai", "api.eu" + number + ".bfl.ai")))
            .collect(Collectors.toUnmodifiableSet());

    private static final List<String> OWN = List.of(
            "aspect_ratio",
            "width",
            "height",
            "seed",
            "prompt_upsampling",
            "safety_tolerance",
            "output_format",
            "raw",
            "image_prompt",
            "image_prompt_strength",
            "steps",
            "guidance",
            "interval",
            "top",
            "bottom",
            "left",
            "right",
            "finetune_id",
            "finetune_strength",
            "webhook_url",
            "webhook_secret");

    public BlackForestLabsAdapter(Provider provider) {
        super(provider, Pace.SHORT, "*.bfl.ai", "bfldeliveryprod.blob.core.windows.net");
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.InHeader("x-key", "");
    }

    @Override
    public AllowedHosts allowedHosts() {
        return super.allowedHosts().withKeyTo(REGIONS);
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case IMAGE, IMAGE_EDIT -> picture(task);
            case RUN -> wishing(post(segments(task.model()), task.runInput()), wish(task));
            case CHAT, COMPLETION, EMBEDDING, SPEECH, TRANSCRIPTION, TRANSLATION, VIDEO, RERANK, MODERATION, UNKNOWN ->
                null;
        };
    }

    private VendorCall picture(TaskOrder task) {
        var parameters = task.parameters();
        parameters.onlyOne();
        var body = object().put("prompt", task.text());
        var size = PixelSize.of(task);
        if (size != null && sizedByRatio(task.model())) {
            body.put("aspect_ratio", size.ratio());
        } else if (size != null) {
            body.put("width", size.width()).put("height", size.height());
        }
        boolean fills = task.model().contains("fill") || task.model().contains("expand");
        int images = 0;
        for (var medium : task.media()) {
            if (medium.role().equals("mask")) {
                body.put("mask", bytesOrUrl(medium));
            } else {
                images++;
                var member = fills ? "image" : images == 1 ? "input_image" : "input_image_" + images;
                body.put(member, bytesOrUrl(medium));
            }
        }
        parameters.copy(body, OWN);
        return wishing(post(segments(task.model()), body), wish(task));
    }

    private static boolean sizedByRatio(String model) {
        return model.contains("kontext") || model.contains("ultra");
    }

    private static @Nullable String bytesOrUrl(Medium medium) {
        var bytes = medium.base64();
        return bytes == null ? medium.url() : bytes;
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        return stage == Stage.CREATED ? created(reply) : polled(reply, job, wish);
    }

    private static JobStep created(JsonNode reply) {
        var id = JsonText.text(reply.path("id"));
        if (id == null) {
            return JobStep.malformed("a request without id");
        }
        var job = object().put("id", id);
        for (var name : List.of("polling_url", "cost", "input_mp", "output_mp")) {
            if (reply.hasNonNull(name)) {
                job.set(name, reply.path(name));
            }
        }
        return new JobStep.Working(job, "Pending", -1);
    }

    private static JobStep polled(JsonNode reply, ObjectNode job, Wish wish) {
        var status = reply.path("status").asText("");
        return switch (status) {
            case "Pending", "Queued", "Processing", "Generating" ->
                new JobStep.Working(job, status, percent(reply.path("progress")));
            case "Ready" -> ready(reply, job, wish);
            case "Request Moderated", "Content Moderated" ->
                JobStep.refused(
                        status, "the provider moderated the " + (status.startsWith("R") ? "request" : "result"));
            case "Task not found" -> JobStep.malformed("the provider does not know its own task");
            case "Error", "Failed" -> JobStep.failed(status, words(reply));
            default -> JobStep.malformed("a task with status '" + status + "'");
        };
    }

    private static String words(JsonNode reply) {
        var details = reply.hasNonNull("details") ? reply.path("details") : reply.path("result");
        return details.isMissingNode() || details.isNull() ? "the task failed" : "the task failed: " + details;
    }

    /** The vendor says 0 to 1. */
    private static int percent(JsonNode progress) {
        return progress.isNumber() ? (int) Math.round(progress.asDouble() * 100) : -1;
    }

    private static JobStep ready(JsonNode reply, ObjectNode job, Wish wish) {
        var found = Produced.addresses(reply.path("result").path("sample"), MediaKind.IMAGE);
        var usage = Units.made(wish, found, -1, job.has("cost") ? object().set("cost", job.path("cost")) : null);
        var vendor = new TreeMap<String, String>();
        job.properties().forEach(member -> {
            if (!member.getKey().equals("polling_url")) {
                vendor.put(member.getKey(), member.getValue().toString());
            }
        });
        var result = reply.path("result");
        if (wish.raw()) {
            return new JobStep.Done(List.of(JobStep.raw("black-forest-labs", result)), List.of(), usage, vendor);
        }
        var url = JsonText.text(result.path("sample"));
        if (url == null) {
            return JobStep.malformed("a finished task without result.sample");
        }
        var extensions = new TreeMap<String, String>();
        if (result.hasNonNull("seed")) {
            extensions.put("seed", result.path("seed").toString());
        }
        if (result.hasNonNull("prompt")) {
            extensions.put("revised_prompt", result.path("prompt").toString());
        }
        var image = Produced.of(MediaKind.IMAGE, url);
        return new JobStep.Done(
                List.of(), List.of(new Produced(image.kind(), image.mimeType(), url, extensions)), usage, vendor);
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return job.hasNonNull("polling_url")
                ? to("GET", job.path("polling_url"), Map.of())
                : id == null ? null : bare("GET", "/get_result?id=" + segment(id), Map.of());
    }
}
