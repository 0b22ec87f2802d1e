package dev.millrace.worker.gemini;

import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The reply of a model's own endpoint, as it came. */
final class RunReply {
    private RunReply() {}

    static ReplyDecoder decoder(String provider, DecoderLimits limits, InstantSource clock) {
        return WholeReplyDecoder.ofJson(
                limits,
                (reply, body) -> {
                    if (ErrorReader.isError(body)) {
                        return failed(reply, clock);
                    }
                    var item = new ItemDelta(provider, "run.output", body.toString());
                    var usage = UsageReader.of(body.path("usageMetadata"), 0);
                    return new Read.Done(List.of(new Delta(0, item, Map.of())), new Finished(usage, Map.of()), usage);
                },
                reply -> failed(reply, clock));
    }

    private static Read failed(Reply reply, InstantSource clock) {
        var wait = RetryAfter.millis(reply.headers(), clock);
        return Read.failed(ErrorReader.classify(reply.status(), reply.json(), reply.text(), wait));
    }
}
