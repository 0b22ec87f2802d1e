package dev.millrace.worker.replicate;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.JobAdapter;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.PixelSize;
import dev.millrace.worker.media.Stage;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.VendorCall;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replicate, by its predictions. Base address {@code https://api.replicate.com/v1}, key as bearer.
 *
 * <p>A model is {@code owner/name}, {@code owner/name:version}, a version alone, or {@code deployments/owner/name}. Every model has members
 * of its own: parameters that have no common name go into {@code input} under the name they have, media under {@code image} (first and
 * last frame: {@code first_frame_image}, {@code last_frame_image}; other roles: their name), {@code audio} or {@code video}. A conversation
 * is written as a prompt, and streamed where the model can. {@code run} takes the whole body, or only what belongs under {@code input}.
 *
 * @see <a href="https://replicate.com/docs/reference/http#predictions.create">Create a prediction</a>
 * @see <a href="https://replicate.com/docs/topics/predictions/streaming">Streaming output</a>
 */
public final class ReplicateAdapter extends JobAdapter {
    static final String DIALECT = "replicate";
    private static final Pattern VERSION = Pattern.compile("[0-9a-f]{40,64}");
    private static final Set<String> STREAM_HOSTS = Set.of("stream.replicate.com", "streaming.api.replicate.com");

    public ReplicateAdapter(Provider provider) {
        super(provider, Pace.SHORT, "replicate.delivery", "*.replicate.delivery", "*.replicate.com", "*.replicate.net");
    }

    @Override
    public CredentialScheme credentialScheme() {
        return CredentialScheme.bearer();
    }

    @Override
    public AllowedHosts allowedHosts() {
        return super.allowedHosts().withKeyTo(STREAM_HOSTS);
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        if (!(order.getRequest().getInput() instanceof ChatInput chat)
                || order.getRequest().getOperation() != Operation.CHAT) {
            return super.render(order, attempt);
        }
        var prompt = new ReplicatePrompt();
        var input = prompt.write(chat);
        var problem = prompt.problem();
        if (problem != null) {
            return problem;
        }
        var body = object();
        body.set("input", input);
        boolean streaming = order.getRequest().getDelivery().getStream();
        if (streaming) {
            body.put("stream", true);
        }
        return new Rendered(create(order.getVendorModel(), body, chatWish(order)));
    }

    @Override
    protected Wish chatWish(AttemptOrder order) {
        var wish = new Wish(Operation.CHAT, false, Stage.CREATED, object());
        wish.more().put("stream", order.getRequest().getDelivery().getStream());
        return wish;
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case IMAGE, IMAGE_EDIT, VIDEO -> predict(task, picture(task));
            case SPEECH -> predict(task, speech(task));
            case TRANSCRIPTION, TRANSLATION -> predict(task, transcript(task));
            case RUN -> run(task);
            case CHAT, COMPLETION, EMBEDDING, RERANK, MODERATION, UNKNOWN -> null;
        };
    }

    private VendorCall predict(TaskOrder task, ObjectNode input) {
        var wish = wish(task);
        task.parameters().copyRest(input);
        var body = object();
        body.set("input", input);
        return create(task.model(), body, wish);
    }

    private VendorCall run(TaskOrder task) {
        var input = task.runInput();
        if (input.path("input").isObject()) {
            return create(task.model(), input, wish(task));
        }
        var body = object();
        body.set("input", input);
        return create(task.model(), body, wish(task));
    }

    private VendorCall create(String model, ObjectNode body, Wish wish) {
        int colon = model.indexOf(':');
        var version = model.substring(colon + 1);
        if (colon >= 0 || VERSION.matcher(model).matches()) {
            return wishing(post("/predictions", body.put("version", version)), wish);
        }
        boolean deployment = model.startsWith("deployments/");
        return wishing(post((deployment ? "" : "/models") + segments(model) + "/predictions", body), wish);
    }

    private static ObjectNode picture(TaskOrder task) {
        var parameters = task.parameters();
        var input = object().put("prompt", task.text());
        parameters.move("n", input, "num_outputs");
        var seconds = parameters.take("seconds");
        if (seconds != null) {
            input.put("duration", seconds.asInt());
        }
        var size = PixelSize.of(task);
        if (size != null) {
            input.put("width", size.width()).put("height", size.height());
        }
        for (var medium : task.media()) {
            input.put(member(medium.role(), medium.part().getKind()), medium.address());
        }
        return input;
    }

    static String member(String role, MediaKind kind) {
        return switch (role) {
            case "first_frame", "last_frame" -> role + "_image";
            case "" ->
                switch (kind) {
                    case IMAGE -> "image";
                    case AUDIO -> "audio";
                    case VIDEO -> "video";
                    case DOCUMENT, OTHER -> "file";
                };
            default -> role;
        };
    }

    private static ObjectNode speech(TaskOrder task) {
        task.noMedia();
        if (task.parameters().take("response_format") != null) {
            task.parameters().refuse("response_format", "is the model's own at this provider; name its own parameter");
        }
        return object().put("text", task.text());
    }

    private static ObjectNode transcript(TaskOrder task) {
        var audio = task.only(MediaKind.AUDIO);
        var input = object().put("audio", audio == null ? "" : audio.address());
        if (task.operation() == Operation.TRANSLATION) {
            input.put("translate", true);
        }
        // The answer is the whole object in any case.
        task.parameters().take("response_format");
        task.parameters().take("timestamp_granularities");
        return input;
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        var known = stage == Stage.CREATED ? job(reply) : job;
        var stream = reply.path("urls").path("stream");
        var call = to("GET", stream, Map.of("Accept", "text/event-stream", "Cache-Control", "no-store"));
        boolean unfinished = ReplicateOutput.isUnfinished(reply);
        if (stage == Stage.CREATED && unfinished && wish.more().path("stream").asBoolean() && call != null) {
            wish.more().put("streamed", true);
            return new JobStep.Stream(call.streamed(), known, () -> new ReplicateStreamDecoder(asked(known, wish)));
        }
        return ReplicateOutput.read(reply, known, wish);
    }

    /** What is needed to find the prediction again. */
    private static ObjectNode job(JsonNode reply) {
        var job = object();
        var id = JsonText.text(reply.path("id"));
        return id == null ? job : job.put("id", id);
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("GET", "/predictions/" + segment(id), Map.of());
    }

    @Override
    protected @Nullable VendorCall cancel(ObjectNode job) {
        var id = JsonText.text(job.path("id"));
        return id == null ? null : bare("POST", "/predictions/" + segment(id) + "/cancel", Map.of());
    }
}
