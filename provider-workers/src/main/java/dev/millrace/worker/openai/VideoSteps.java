package dev.millrace.worker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.MediaReplyDecoder;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorExtras;
import dev.millrace.worker.provider.VendorJob;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Videos are made by jobs: create one, ask for it until it is done, fetch the film from the vendor or from the address it gives.
 *
 * <p>An address on a host that is not allowed, or asked for by {@code response_format: url}, is delivered as it is. The family has no call that
 * stops a running job.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/videos">OpenAI, Videos</a>
 * @see <a href="https://docs.x.ai/docs/guides/video-generations">xAI, Video generations</a>
 */
final class VideoSteps {
    private static final Set<String> DONE = Set.of("completed", "done", "succeeded", "success");
    private static final Set<String> FAILED = Set.of("failed", "error", "expired", "cancelled", "canceled");

    private final TaskQuirks quirks;
    private final Map<String, String> headers;
    private final DecoderLimits limits;
    private final InstantSource clock;

    /** A job as its next poll needs it. */
    private record Job(String id, boolean asAddress, String lastState, int lastPercent) {}

    VideoSteps(TaskQuirks quirks, Map<String, String> headers, DecoderLimits limits, InstantSource clock) {
        this.quirks = quirks;
        this.headers = headers;
        this.limits = limits;
        this.clock = clock;
    }

    ReplyDecoder created(AttemptOrder order) {
        boolean asAddress = asAddress(order);
        return WholeReplyDecoder.ofJson(
                limits,
                (_, body) -> {
                    var id = body.hasNonNull("id") ? body.path("id") : body.path("request_id");
                    if (ErrorReader.isError(body)
                            || !id.isTextual()
                            || id.asText().isEmpty()) {
                        return noJob(body);
                    }
                    var job = new Job(id.asText(), asAddress, "", -1);
                    var kept = JsonNodeFactory.instance.objectNode().put("id", job.id());
                    var state = body.path("status").asText("queued");
                    return new Read.Next(List.of(VendorJob.created(state, kept.toString())), poll(job));
                },
                this::failed);
    }

    private static boolean asAddress(AttemptOrder order) {
        return TaskCodec.parameter(order, "response_format").equals("url");
    }

    private static Read noJob(JsonNode body) {
        return Read.failed(
                ErrorReader.isError(body)
                        ? ErrorReader.classify(200, body, "", null)
                        : new Malformed("the reply to a new job has no id"));
    }

    /** How to go on with a job of an earlier execution; null when it is not one of ours. */
    @Nullable
    FollowUp resume(AttemptOrder order, String vendorJob) {
        try {
            var id = JsonMapper.builder().build().readTree(vendorJob).path("id");
            return id.isTextual() ? poll(new Job(id.asText(), asAddress(order), "", -1)) : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private String path(Job job) {
        return quirks.videoPollPath() + "/" + URLEncoder.encode(job.id(), StandardCharsets.UTF_8);
    }

    private FollowUp poll(Job job) {
        return new FollowUp(VendorCall.get(path(job), headers), () -> polled(job), quirks.videoPollMillis(), null);
    }

    private ReplyDecoder polled(Job job) {
        return WholeReplyDecoder.ofJson(limits, (_, body) -> read(job, body), this::failed);
    }

    private Read read(Job job, JsonNode body) {
        var state = body.path("status").asText("").toLowerCase(Locale.ROOT);
        var address = address(body);
        if (FAILED.contains(state) || (ErrorReader.isError(body) && !DONE.contains(state))) {
            return Read.failed(ErrorReader.classify(200, body, "the vendor's job ended as " + state, null));
        }
        if (!DONE.contains(state) && address == null) {
            return pending(
                    job,
                    state.isEmpty() ? "pending" : state,
                    body.path("progress").asInt(-1));
        }
        var extras = new VendorExtras(limits.maxVendorBytes(), Set.of("video", "progress", "usage", "object", "error"));
        extras.read(body);
        return done(job, address, new Finished(usage(body), extras.values()));
    }

    private Read pending(Job job, String state, int percent) {
        boolean news = !state.equals(job.lastState()) || percent != job.lastPercent();
        var next = poll(new Job(job.id(), job.asAddress(), state, percent));
        return new Read.Next(news ? List.of(VendorJob.progress(state, percent)) : List.of(), next);
    }

    private static @Nullable String address(JsonNode body) {
        for (var node : List.of(
                body.path("video").path("url"),
                body.path("url"),
                body.path("outputs").path("video_url"),
                body.path("output").path(0))) {
            if (node.isTextual() && !node.asText().isEmpty()) {
                return node.asText();
            }
        }
        return null;
    }

    private static Usage usage(JsonNode body) {
        var usage = TaskUsage.with(TaskUsage.of(body), "videos", 1);
        var seconds = body.path("video").path("duration");
        double length =
                seconds.isNumber() ? seconds.asDouble() : body.path("seconds").asDouble(-1);
        return length < 0 ? usage : TaskUsage.withMillis(usage, length);
    }

    private Read done(Job job, @Nullable String address, Finished finished) {
        var call = address == null
                ? VendorCall.get(path(job) + "/content", headers)
                : VendorCall.to("GET", address, Map.of());
        if (address != null && (job.asAddress() || call == null || !mayFetch(call, quirks.allowedHosts()))) {
            var media = new MediaDelta(MediaKind.VIDEO, "video/mp4", null, address, null, true);
            return new Read.Done(List.of(new Delta(0, media, Map.of())), finished, finished.usage());
        }
        return call == null
                ? Read.failed(new Malformed("the job is done, and has no address"))
                : new Read.Next(List.of(), FollowUp.now(call, () -> fetched(finished)));
    }

    private static boolean mayFetch(VendorCall call, AllowedHosts hosts) {
        return call.origin() == null || hosts.allows(call.origin().getHost());
    }

    private ReplyDecoder fetched(Finished finished) {
        var item = new MediaReplyDecoder.Item(MediaKind.VIDEO, 0, "video/mp4");
        var other = new WholeReplyDecoder(limits, reply -> elsewhere(reply, finished));
        return new MediaReplyDecoder(limits, item, other, (_, _) -> finished);
    }

    private Read elsewhere(Reply reply, Finished finished) {
        var address =
                reply.status() / 100 == 3 ? reply.headers().get("location").orElse(null) : null;
        var call = address == null ? null : VendorCall.to("GET", address, Map.of());
        return call != null && mayFetch(call, quirks.allowedHosts())
                ? new Read.Next(List.of(), FollowUp.now(call, () -> fetched(finished)))
                : failed(reply);
    }

    private Read failed(Reply reply) {
        return Read.failed(
                reply.successful()
                        ? new Malformed("not a film")
                        : ErrorReader.classify(
                                reply.status(), reply.json(), reply.text(), RetryAfter.millis(reply.headers(), clock)));
    }
}
