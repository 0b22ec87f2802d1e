package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Google's models, at the Gemini API or at Vertex AI.
 *
 * @see <a href="https://ai.google.dev/api">Gemini API</a>
 * @see <a href="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference">Vertex AI</a>
 */
public final class GeminiAdapter implements ProviderAdapter {
    private static final Set<String> OPEN_DIALECTS = Set.of(CandidateReader.DIALECT, "native", "topic");

    private static final String GENERATE = "generateContent";
    private static final String INTERACTIONS = "/interactions";
    private static final String VIDEO = "predictLongRunning";

    private final GeminiQuirks quirks;
    private final Map<String, String> headers;
    private final DecoderLimits limits;
    private final InstantSource clock;

    GeminiAdapter(GeminiQuirks quirks, Map<String, String> headers, DecoderLimits limits, InstantSource clock) {
        this.quirks = quirks;
        this.headers = Map.copyOf(headers);
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * The adapter of a provider of the catalogue.
     *
     * @throws IllegalArgumentException naming the quirk that is not known
     */
    public static GeminiAdapter of(Provider provider) {
        return new GeminiAdapter(
                GeminiQuirks.of(provider), provider.headers(), DecoderLimits.DEFAULTS, InstantSource.system());
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        var request = order.getRequest();
        var problems = new Problems();
        var model = order.getVendorModel();
        boolean streaming = request.getDelivery().getStream();
        var call = switch (request.getInput()) {
            case ChatInput chat
            when request.getOperation() == Operation.CHAT ->
                chat(chat, request.getDialect(), model, streaming, problems);
            case TaskInput task -> task(request.getOperation(), task, request.getDialect(), model, problems);
            default -> null;
        };
        var problem = problems.first();
        if (problem != null) {
            return problem;
        }
        return call == null
                ? new Inexpressible(
                        "operation",
                        "operation " + request.getOperation() + " is not spoken by model " + model
                                + " of this provider")
                : new Rendered(call);
    }

    private VendorCall chat(ChatInput chat, String dialect, String model, boolean streaming, Problems problems) {
        var body = new GenerateRequestWriter(dialect, model, problems).write(chat);
        if (quirks.interactions()) {
            return call(INTERACTIONS, new InteractionWriter(problems).write(body, model, streaming), streaming);
        }
        return call(model, streaming ? "streamGenerateContent?alt=sse" : "generateContent", body, streaming);
    }

    private @Nullable VendorCall task(
            Operation operation, TaskInput task, String dialect, String model, Problems problems) {
        boolean open = OPEN_DIALECTS.contains(dialect);
        var media = new MediaRequestWriter(open, problems);
        return switch (operation) {
            case EMBEDDING -> {
                var embeddings = new EmbeddingWriter(open, problems);
                yield quirks.vertex()
                        ? call(model, "predict", embeddings.predict(task), false)
                        : call(model, "batchEmbedContents", embeddings.batch(task, model), false);
            }
            case IMAGE ->
                model.startsWith("imagen")
                        ? call(model, "predict", media.imagen(task), false)
                        : call(model, GENERATE, media.image(task), false);
            case IMAGE_EDIT -> model.startsWith("imagen") ? null : call(model, GENERATE, media.image(task), false);
            case SPEECH -> call(model, GENERATE, media.speech(task), false);
            case VIDEO -> call(model, VIDEO, new VideoRequestWriter(open, problems).write(task), false);
            case RUN -> run(task, model, problems);
            default -> null;
        };
    }

    /** The body of the model's own endpoint, as the caller wrote it; a video's is a job and has none. */
    private @Nullable VendorCall run(TaskInput task, String model, Problems problems) {
        var input = task.getParameters().get("input");
        var body = input == null ? null : Problems.object(input);
        if (body == null) {
            problems.add("parameters.input", "must be a JSON object");
        }
        if (body == null || model.startsWith("veo")) {
            return null;
        }
        boolean predicts = model.startsWith("imagen") || (quirks.vertex() && model.contains("embedding"));
        return call(model, predicts ? "predict" : model.contains("embedding") ? "embedContent" : GENERATE, body, false);
    }

    private VendorCall call(String model, String method, JsonNode body, boolean streaming) {
        return call(path(model, method), body, streaming);
    }

    private VendorCall call(String path, JsonNode body, boolean streaming) {
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Accept", streaming ? "text/event-stream" : "application/json");
        var bytes = ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8));
        return new VendorCall("POST", path, all, bytes, streaming);
    }

    private String path(String model, String method) {
        var name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
        return quirks.modelPath().replace("{model}", name) + ":" + method;
    }

    @Override
    public ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return switch (order.getRequest().getOperation()) {
            case RUN -> RunReply.decoder(order.getProvider(), limits, clock);
            case IMAGE, IMAGE_EDIT, SPEECH -> newDecoder(call, true);
            default -> newDecoder(call, false);
        };
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return newDecoder(call, false);
    }

    private ReplyDecoder newDecoder(VendorCall call, boolean itemPerMedia) {
        var path = call.path();
        if (path.endsWith(":" + VIDEO)) {
            return videoJob(path, VideoJob.mediaMillis(call)).ordered();
        }
        if (path.endsWith(INTERACTIONS)) {
            return new GeminiReplyDecoder(new InteractionReader(limits.maxVendorBytes()), limits, clock);
        }
        boolean predicts =
                path.endsWith(":predict") || path.endsWith("EmbedContents") || path.endsWith(":embedContent");
        var reader = predicts
                ? new PredictionReader(limits.maxVendorBytes())
                : new GenerateReader(digest(call), itemPerMedia, limits.maxVendorBytes());
        return new GeminiReplyDecoder(reader, limits, clock);
    }

    private VideoJob videoJob(String orderPath, long mediaMillis) {
        var fetchPath = quirks.vertex() ? orderPath.replace(":" + VIDEO, ":fetchPredictOperation") : null;
        return new VideoJob(limits, clock, fetchPath, mediaMillis);
    }

    @Override
    public @Nullable FollowUp resume(AttemptOrder order, int attempt, String vendorJob) {
        var job = Problems.object(vendorJob);
        return job == null
                ? null
                : videoJob(
                                path(order.getVendorModel(), VIDEO),
                                job.path("media_millis").asLong())
                        .poll(job.path("name").asText(""));
    }

    /** Stands for the request where a reply has no id of its own. */
    private static String digest(VendorCall call) {
        var crc = new CRC32();
        crc.update(call.body());
        return Long.toHexString(crc.getValue());
    }

    @Override
    public CredentialScheme credentialScheme() {
        return quirks.credentialScheme();
    }
}
