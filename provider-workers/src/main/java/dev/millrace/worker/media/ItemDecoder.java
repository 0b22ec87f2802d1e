package dev.millrace.worker.media;

import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.MediaReplyDecoder;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.BodyReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A binary reply whose usage is known from its head on, and which another one may follow. */
final class ItemDecoder implements ReplyDecoder {
    private final MediaReplyDecoder item;
    private final Function<VendorHeaders, Usage> billing;
    private final @Nullable FollowUp next;
    private @Nullable Usage usage;

    /**
     * The only or last reply.
     *
     * @param others reads what is not the item
     */
    ItemDecoder(
            Function<ReplyDecoder, MediaReplyDecoder> items,
            BodyReader others,
            Function<VendorHeaders, Usage> billing) {
        this(items, others, billing, null);
    }

    /**
     * A reply.
     *
     * @param next the call after it; null when its end is that of the attempt
     */
    ItemDecoder(
            Function<ReplyDecoder, MediaReplyDecoder> items,
            BodyReader others,
            Function<VendorHeaders, Usage> billing,
            @Nullable FollowUp next) {
        this.item = items.apply(new WholeReplyDecoder(DecoderLimits.DEFAULTS, others));
        this.billing = billing;
        this.next = next;
    }

    @Override
    public void head(int status, VendorHeaders headers) {
        item.head(status, headers);
        if (200 <= status && status < 300) {
            usage = billing.apply(headers);
        }
    }

    @Override
    public void feed(ByteBuffer bytes) {
        item.feed(bytes);
    }

    @Override
    public void end() {
        item.end();
    }

    @Override
    public void cut() {
        item.cut();
    }

    @Override
    public List<Delta> take() {
        return item.take();
    }

    @Override
    public @Nullable VendorResult result() {
        var result = item.result();
        return next != null && result instanceof Finished ? null : result;
    }

    @Override
    public @Nullable FollowUp followUp() {
        return next != null && item.result() instanceof Finished ? next : item.followUp();
    }

    @Override
    public @Nullable Usage usage() {
        return usage == null ? item.usage() : usage;
    }

    @Override
    public Map<String, String> vendor() {
        return item.vendor();
    }

    @Override
    public long progressBytes() {
        return item.progressBytes();
    }
}
