package dev.millrace.worker.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.MediaReplyDecoder;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorJob;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The codec of an imagined vendor that makes a job, is asked for it, and gives the address of what it produced. */
public record JobVendor(long pollMillis) {
    public VendorCall create() {
        return new VendorCall("POST", "/jobs", Map.of(), ByteBuffer.allocate(0), false);
    }

    public ReplyDecoder created() {
        return WholeReplyDecoder.ofJson(
                DecoderLimits.DEFAULTS,
                (_, body) -> new Read.Next(
                        List.of(VendorJob.created("queued", body.path("id").toString())),
                        poll(body.path("id").asText())),
                JobVendor::failed);
    }

    public FollowUp poll(String id) {
        var call = VendorCall.get("/jobs/" + id, Map.of());
        var cancel = VendorCall.to("DELETE", "/jobs/" + id, Map.of());
        return new FollowUp(call, () -> polled(id), pollMillis, cancel);
    }

    private ReplyDecoder polled(String id) {
        return WholeReplyDecoder.ofJson(DecoderLimits.DEFAULTS, (_, body) -> read(id, body), JobVendor::failed);
    }

    private Read read(String id, JsonNode body) {
        return switch (body.path("status").asText()) {
            case "pending" ->
                new Read.Next(
                        List.of(VendorJob.progress(
                                "pending", body.path("progress").asInt(-1))),
                        poll(id));
            case "done" -> new Read.Next(List.of(), fetch(body.path("url").asText()));
            default -> Read.failed(new Unavailable(new VendorError(0, "job_failed", "the job failed"), null));
        };
    }

    private static FollowUp fetch(String address) {
        var call = Objects.requireNonNull(VendorCall.to("GET", address, Map.of()));
        return FollowUp.now(call, JobVendor::fetched);
    }

    private static ReplyDecoder fetched() {
        var item = new MediaReplyDecoder.Item(MediaKind.VIDEO, 0, "video/mp4");
        var other = new WholeReplyDecoder(
                DecoderLimits.DEFAULTS,
                reply -> reply.headers()
                        .get("location")
                        .<Read>map(address -> new Read.Next(List.of(), fetch(address)))
                        .orElseGet(() -> failed(reply)));
        return new MediaReplyDecoder(DecoderLimits.DEFAULTS, item, other, (_, _) -> new Finished(null, Map.of()));
    }

    private static Read failed(Reply reply) {
        var error = new VendorError(reply.status(), "code", reply.text());
        VendorResult result = reply.status() >= 500
                ? new Unavailable(error, null)
                : reply.successful() ? new Malformed("not the job") : new Refused(error);
        return Read.failed(result);
    }
}
