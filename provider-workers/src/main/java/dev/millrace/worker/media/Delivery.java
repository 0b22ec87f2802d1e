package dev.millrace.worker.media;

import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.MediaReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings what a job made to the client: as addresses, or fetched one after the other and passed on as bytes. Pure. */
final class Delivery {
    private static final int MAX_REDIRECTS = 3;

    private final JobStep.Done done;

    private Delivery(JobStep.Done done) {
        this.done = done;
    }

    static Read of(JobStep.Done done, boolean bytes) {
        var deltas = new ArrayList<>(done.content());
        var fetches = new ArrayList<Integer>();
        for (int i = 0; i < done.media().size(); i++) {
            var item = done.media().get(i);
            if (!item.isInline() && !canBeFetched(item.url())) {
                return Read.failed(new Malformed("the vendor names an address that nobody can fetch"));
            }
            if (bytes && !item.isInline()) {
                fetches.add(i);
                head(item, i, deltas);
                continue;
            }
            var delta = item.delta(i);
            if (delta == null) {
                return Read.failed(new Malformed("a data address that is not base64"));
            }
            deltas.add(delta);
        }
        var first = new Delivery(done).followUp(fetches);
        return first == null
                ? new Read.Done(deltas, new Finished(done.usage(), done.vendor()), done.usage())
                : new Read.Next(deltas, first);
    }

    private static boolean canBeFetched(String url) {
        var call = VendorCall.to("GET", url, Map.of());
        return call != null && call.origin() != null;
    }

    /** What the vendor says of an item, ahead of its bytes. */
    private static void head(Produced item, int index, List<Delta> deltas) {
        if (!item.extensions().isEmpty()) {
            var empty = new MediaDelta(item.kind(), item.mimeType(), ByteBuffer.allocate(0), null, null, false);
            deltas.add(new Delta(index, empty, item.extensions()));
        }
    }

    /** The call for the first of the items left; null when there is none. */
    private @Nullable FollowUp followUp(List<Integer> left) {
        if (left.isEmpty()) {
            return null;
        }
        var url = done.media().get(left.getFirst()).url();
        var call = VendorCall.to("GET", url, Map.of());
        return call == null ? null : followUp(left, call, url, 0);
    }

    private FollowUp followUp(List<Integer> left, VendorCall call, String url, int redirects) {
        return FollowUp.now(call, () -> decoder(left, url, redirects));
    }

    private ItemDecoder decoder(List<Integer> left, String url, int redirects) {
        int index = left.getFirst();
        var item = done.media().get(index);
        return new ItemDecoder(
                other -> new MediaReplyDecoder(
                        DecoderLimits.DEFAULTS,
                        new MediaReplyDecoder.Item(item.kind(), index, item.mimeType()),
                        other,
                        (_, _) -> new Finished(done.usage(), done.vendor())),
                reply -> elsewhere(reply, left, url, redirects),
                _ -> done.usage(),
                followUp(left.subList(1, left.size())));
    }

    private Read elsewhere(Reply reply, List<Integer> left, String url, int redirects) {
        var location = reply.headers().get("location").orElse(null);
        if (300 <= reply.status() && reply.status() < 400 && location != null && redirects < MAX_REDIRECTS) {
            var target = resolved(url, location);
            var call = VendorCall.to("GET", target, Map.of());
            if (call != null && call.origin() != null) {
                return new Read.Next(List.of(), followUp(left, call, target, redirects + 1));
            }
        }
        return reply.status() == 429 || reply.status() >= 500
                ? Read.failed(VendorFailures.of(reply))
                : Read.failed(new Unanswered(
                        "what the job made cannot be fetched: the vendor answered with status " + reply.status()));
    }

    private static String resolved(String url, String location) {
        try {
            return URI.create(url).resolve(location).toString();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
