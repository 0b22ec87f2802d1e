package dev.millrace.worker.bedrock;

import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes a reply as a stream of frames or as a whole, whichever its head announces. */
final class BedrockDecoder implements ReplyDecoder {
    private final boolean streaming;
    private final ReplyDecoder framed;
    private final ReplyDecoder whole;
    private ReplyDecoder chosen;

    /** @param streaming what to expect of a reply without a content type */
    BedrockDecoder(boolean streaming, ReplyReader reader, DecoderLimits limits, InstantSource clock) {
        this.streaming = streaming;
        this.framed = new FramedDecoder(limits, reader);
        this.whole = WholeReplyDecoder.ofJson(
                limits,
                (reply, body) -> {
                    reply.headers().get("x-amzn-requestid").ifPresent(reader::requestId);
                    var result = reader.whole(body);
                    return new Read.Done(reader.take(), result, reader.usage());
                },
                reply -> Read.failed(BedrockErrors.classify(reply, clock)));
        this.chosen = whole;
    }

    @Override
    public void head(int status, VendorHeaders headers) {
        var type = headers.get("content-type").orElse("").toLowerCase(Locale.ROOT);
        boolean frames = type.isEmpty() ? streaming : type.contains("eventstream");
        chosen = 200 <= status && status < 300 && frames ? framed : whole;
        chosen.head(status, headers);
    }

    @Override
    public void feed(ByteBuffer bytes) {
        chosen.feed(bytes);
    }

    @Override
    public void end() {
        chosen.end();
    }

    @Override
    public void cut() {
        chosen.cut();
    }

    @Override
    public List<Delta> take() {
        return chosen.take();
    }

    @Override
    public @Nullable VendorResult result() {
        return chosen.result();
    }

    @Override
    public @Nullable Usage usage() {
        return chosen.usage();
    }

    @Override
    public Map<String, String> vendor() {
        return chosen.vendor();
    }

    @Override
    public long progressBytes() {
        return chosen.progressBytes();
    }
}
