package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.MediaReplyDecoder;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorJob;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows a video from its order to its bytes: an operation is made, asked after until it is done, and what it names is fetched. The Gemini
 * API sends a fetch elsewhere by a redirect; Vertex AI gives the bytes, or their place in the caller's bucket, with the last answer.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/video">Video with Veo</a>
 */
final class VideoJob {
    private static final long POLL_MILLIS = 5_000;
    private static final int DEFAULT_SECONDS = 8;
    private static final int MAX_REDIRECTS = 3;

    private final DecoderLimits limits;
    private final InstantSource clock;
    private final @Nullable String fetchPath;
    private final long mediaMillis;

    /**
     * A job.
     *
     * @param fetchPath where Vertex AI tells of its operations; null at the Gemini API, where an operation is a path of its own
     * @param mediaMillis length of what was ordered
     */
    VideoJob(DecoderLimits limits, InstantSource clock, @Nullable String fetchPath, long mediaMillis) {
        this.limits = limits;
        this.clock = clock;
        this.fetchPath = fetchPath;
        this.mediaMillis = mediaMillis;
    }

    /** Length of what a request orders. */
    static long mediaMillis(VendorCall call) {
        var body = Problems.object(call.bodyText());
        var parameters = body == null ? JsonNodeFactory.instance.objectNode() : body.path("parameters");
        return 1000L * parameters.path("durationSeconds").asInt(DEFAULT_SECONDS);
    }

    /** Reads the answer to the order. */
    ReplyDecoder ordered() {
        return WholeReplyDecoder.ofJson(limits, this::ordered, this::failed);
    }

    private Read ordered(Reply reply, JsonNode body) {
        var name = body.path("name").asText("");
        if (ErrorReader.isError(body)) {
            return failed(reply);
        }
        var next = poll(name);
        if (next == null) {
            return Read.failed(new Malformed("name"));
        }
        var job = JsonNodeFactory.instance.objectNode().put("name", name).put("media_millis", mediaMillis);
        return new Read.Next(List.of(VendorJob.created("running", job.toString())), next);
    }

    /** Asks after an operation; null when its name is none. */
    @Nullable
    FollowUp poll(String name) {
        if (!name.matches("[A-Za-z0-9._~/-]{1,512}") || name.startsWith("/")) {
            return null;
        }
        var call = fetchPath == null ? VendorCall.get("/" + name, Map.of()) : fetch(fetchPath, name);
        return new FollowUp(
                call,
                () -> WholeReplyDecoder.ofJson(limits, (reply, body) -> polled(reply, body, name), this::failed),
                POLL_MILLIS,
                null);
    }

    private static VendorCall fetch(String path, String name) {
        var body =
                JsonNodeFactory.instance.objectNode().put("operationName", name).toString();
        var bytes = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
        return new VendorCall("POST", path, Map.of("Content-Type", "application/json"), bytes, false);
    }

    private Read polled(Reply reply, JsonNode body, String name) {
        if (ErrorReader.isError(body)) {
            return failed(reply);
        }
        if (!body.path("done").asBoolean()) {
            var next = poll(name);
            return next == null ? Read.failed(new Malformed("name")) : new Read.Next(List.of(), next);
        }
        var response = body.path("response");
        var result = response.has("generateVideoResponse") ? response.path("generateVideoResponse") : response;
        var sample = result.path("generatedSamples").path(0).path("video");
        var video = sample.isMissingNode() ? result.path("videos").path(0) : sample;
        if (video.isMissingNode()) {
            return filtered(result);
        }
        return video(video);
    }

    private Read filtered(JsonNode result) {
        var reasons = result.path("raiMediaFilteredReasons");
        if (!result.has("raiMediaFilteredCount") && reasons.isMissingNode()) {
            return Read.failed(new Malformed("response.generatedSamples"));
        }
        var word = reasons.path(0).asText("filtered");
        var finish = new Delta(0, new FinishDelta(FinishReason.CONTENT_FILTER, word), Map.of());
        return new Read.Done(List.of(finish), new Finished(null, Map.of()), null);
    }

    private Read video(JsonNode video) {
        var type = video.path("mimeType").asText("video/mp4");
        if (video.has("bytesBase64Encoded")) {
            return inline(video.path("bytesBase64Encoded").asText(), type);
        }
        var uri = video.path("uri").asText(video.path("gcsUri").asText(""));
        if (uri.startsWith("gs://")) {
            return done(new MediaDelta(MediaKind.VIDEO, type, null, uri, null, true));
        }
        var call = VendorCall.to("GET", uri, Map.of());
        return call == null
                ? Read.failed(new Malformed("video.uri"))
                : new Read.Next(
                        List.of(VendorJob.progress("fetching", -1)), FollowUp.now(call, () -> download(type, 0)));
    }

    private Read inline(String base64, String type) {
        try {
            var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
            return done(new MediaDelta(MediaKind.VIDEO, type, bytes, null, null, true));
        } catch (IllegalArgumentException e) {
            return Read.failed(new Malformed("videos[0].bytesBase64Encoded"));
        }
    }

    private Read done(MediaDelta media) {
        return new Read.Done(List.of(new Delta(0, media, Map.of())), new Finished(usage(), Map.of()), usage());
    }

    private ReplyDecoder download(String type, int redirects) {
        var item = new MediaReplyDecoder.Item(MediaKind.VIDEO, 0, type);
        var other = new WholeReplyDecoder(limits, reply -> redirected(reply, type, redirects));
        return new MediaReplyDecoder(limits, item, other, (_, _) -> new Finished(usage(), Map.of()));
    }

    private Read redirected(Reply reply, String type, int redirects) {
        boolean moved = reply.status() == 301 || reply.status() == 302 || reply.status() == 307;
        var place = reply.headers().get("location").orElse("");
        var call = moved && redirects < MAX_REDIRECTS ? VendorCall.to("GET", place, Map.of()) : null;
        return call == null
                ? failed(reply)
                : new Read.Next(List.of(), FollowUp.now(call, () -> download(type, redirects + 1)));
    }

    private Usage usage() {
        return Usage.newBuilder()
                .setUnits(Map.of("videos", 1L))
                .setMediaMillis(mediaMillis)
                .build();
    }

    private Read failed(Reply reply) {
        var wait = RetryAfter.millis(reply.headers(), clock);
        return Read.failed(ErrorReader.classify(reply.status(), reply.json(), reply.text(), wait));
    }
}
