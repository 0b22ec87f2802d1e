package dev.millrace.worker.fal;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.media.JobAdapter;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.PixelSize;
import dev.millrace.worker.media.Stage;
import dev.millrace.worker.media.TaskOrder;
import dev.millrace.worker.media.VendorFailures;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.VendorCall;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * fal, by its queue. Base address {@code https://queue.fal.run}, key as {@code Authorization: Key}. A model is a path, such as
 * {@code fal-ai/flux/dev}.
 *
 * <p>Every model has members of its own: parameters that have no common name go into the body under the name they have. Common ones are
 * written as most of the vendor's models want them: {@code size} as {@code image_size}, {@code n} as {@code num_images}, {@code seconds} as
 * {@code duration}; an image as {@code image_url}, several as {@code image_urls}, one with a role as {@code <role>_url}.
 *
 * @see <a href="https://docs.fal.ai/model-apis/model-endpoints/queue">Queue API</a>
 */
public final class FalAdapter extends JobAdapter {
    static final String DIALECT = "fal";

    public FalAdapter(Provider provider) {
        super(provider, Pace.SHORT, "fal.media", "*.fal.media", "storage.googleapis.com");
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.InHeader("Authorization", "Key ");
    }

    @Override
    protected @Nullable VendorCall write(TaskOrder task) {
        return switch (task.operation()) {
            case IMAGE, IMAGE_EDIT, VIDEO -> submit(task, picture(task));
            case SPEECH -> submit(task, speech(task));
            case TRANSCRIPTION, TRANSLATION -> submit(task, transcript(task));
            case RUN -> submit(task, task.runInput());
            case CHAT, COMPLETION, EMBEDDING, RERANK, MODERATION, UNKNOWN -> null;
        };
    }

    private VendorCall submit(TaskOrder task, ObjectNode body) {
        var wish = wish(task);
        task.parameters().copyRest(body);
        return wishing(post(segments(task.model()), body), wish);
    }

    private static ObjectNode picture(TaskOrder task) {
        var parameters = task.parameters();
        var body = object().put("prompt", task.text());
        parameters.move("n", body, "num_images");
        parameters.move("seconds", body, "duration");
        var size = PixelSize.of(task);
        if (size != null) {
            body.putObject("image_size").put("width", size.width()).put("height", size.height());
        }
        long plain =
                task.media().stream().filter(medium -> medium.role().isEmpty()).count();
        for (var medium : task.media()) {
            var kind = medium.part().getKind().name().toLowerCase(Locale.ROOT);
            if (!medium.role().isEmpty()) {
                body.put(medium.role() + "_url", medium.address());
            } else if (plain > 1) {
                body.withArrayProperty(kind + "_urls").add(medium.address());
            } else {
                body.put(kind + "_url", medium.address());
            }
        }
        return body;
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
        var body = object().put("audio_url", audio == null ? "" : audio.address());
        body.put("task", task.operation() == Operation.TRANSLATION ? "translate" : "transcribe");
        // The answer is the whole object in any case.
        task.parameters().take("response_format");
        var granularity = task.parameters().take("timestamp_granularities");
        if (granularity != null && granularity.toString().contains("word")) {
            body.put("chunk_level", "word");
        }
        return body;
    }

    @Override
    protected JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish) {
        return switch (stage) {
            case CREATED -> created(reply);
            case POLLED -> polled(reply, job, wish);
            case FETCHED, UPLOADED -> FalOutput.read(reply, wish);
        };
    }

    private static JobStep created(JsonNode reply) {
        var job = object();
        for (var name : new String[] {"request_id", "status_url", "response_url", "cancel_url"}) {
            var value = JsonText.text(reply.path(name));
            if (value != null) {
                job.put(name, value);
            }
        }
        return new JobStep.Working(job, reply.path("status").asText("IN_QUEUE"), -1);
    }

    private JobStep polled(JsonNode reply, ObjectNode job, Wish wish) {
        return switch (reply.path("status").asText("")) {
            case "IN_QUEUE", "IN_PROGRESS" ->
                new JobStep.Working(job, reply.path("status").asText(), -1);
            case "COMPLETED" -> completed(reply, job);
            // A reply without a status of the queue is the output itself.
            default -> FalOutput.read(reply, wish);
        };
    }

    private JobStep completed(JsonNode reply, ObjectNode job) {
        if (reply.hasNonNull("error")) {
            return new JobStep.Failed(VendorFailures.of(
                    reply.path("error_type").asText("").contains("timeout") ? 504 : 422,
                    VendorFailures.error(0, reply),
                    null));
        }
        var address = reply.hasNonNull("response_url") ? reply.path("response_url") : job.path("response_url");
        var fetch = to("GET", address, Map.of());
        return fetch == null
                ? JobStep.malformed("a completed request without response_url")
                : new JobStep.Call(fetch, Stage.FETCHED, job);
    }

    @Override
    protected @Nullable VendorCall poll(ObjectNode job) {
        return to("GET", job.path("status_url"), Map.of());
    }

    @Override
    protected @Nullable VendorCall cancel(ObjectNode job) {
        return to("PUT", job.path("cancel_url"), Map.of());
    }
}
