package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.EventsOrObjectDecoder;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a reply of the family, streamed or whole, whichever the vendor sends; what its JSON means is a {@link ReplyReader}'s business.
 *
 * <p>A stream is finished when its content is complete (of a chat: every choice has a finish reason) and the terminal event has come:
 * {@code data: [DONE]}, or for vendors that have none the orderly end of the body between two events. A whole reply is finished when the
 * body ended in order and is one JSON object with complete content. An error object inside a successful reply is a failure.
 */
final class ChatReplyDecoder extends EventsOrObjectDecoder {
    private final OpenAiQuirks quirks;
    private final InstantSource clock;
    private final ReplyReader.Factory readers;
    private ReplyReader reply;

    /** A decoder of chats. */
    ChatReplyDecoder(OpenAiQuirks quirks, DecoderLimits limits, InstantSource clock) {
        this(quirks, limits, clock, whole -> new ChatReplyReader(whole, limits.maxVendorBytes()));
    }

    ChatReplyDecoder(OpenAiQuirks quirks, DecoderLimits limits, InstantSource clock, ReplyReader.Factory readers) {
        super(limits);
        this.readers = readers;
        this.quirks = quirks;
        this.clock = clock;
        this.reply = readers.reader(false);
    }

    @Override
    protected @Nullable VendorResult event(String type, String data) {
        progressed(data);
        if (data.strip().equals("[DONE]")) {
            return reply.complete() ? finished() : new Truncated("[DONE] came before every choice had ended");
        }
        var node = parse(data);
        if (node == null) {
            boolean ours = type.equals("message") || type.equals("error");
            return ours ? new Malformed("the data of an event is not JSON") : null;
        }
        var malformed = reply.read(node);
        if (type.equals("error") || ErrorReader.isError(node)) {
            return ErrorReader.classify(status(), node, data, null);
        }
        return malformed == null ? null : new Malformed(malformed);
    }

    private VendorResult finished() {
        if (reply.failed()) {
            return new Unavailable(
                    new VendorError(0, "finish_reason", "the vendor ended the reply with an error as finish reason"),
                    null);
        }
        return new Finished(reply.usage(), reply.vendor());
    }

    @Override
    protected VendorResult endOfEvents(boolean atBoundary) {
        boolean complete = (quirks.endsWithBody() || reply.endsItself()) && reply.complete() && atBoundary;
        return complete ? finished() : new Truncated("the stream ended before its terminal event");
    }

    @Override
    protected VendorResult error(@Nullable JsonNode node, String text) {
        return ErrorReader.classify(status(), node, text, RetryAfter.millis(headers(), clock));
    }

    @Override
    protected VendorResult whole(JsonNode node) {
        if (ErrorReader.isError(node)) {
            return error(node, "");
        }
        reply = readers.reader(true);
        var malformed = reply.read(node);
        if (malformed != null) {
            return new Malformed(malformed);
        }
        return reply.complete() ? finished() : new Malformed("a choice without finish_reason, or no content at all");
    }

    @Override
    public List<Delta> take() {
        return reply.take();
    }

    @Override
    public @Nullable Usage usage() {
        return reply.usage();
    }

    @Override
    public Map<String, String> vendor() {
        return reply.vendor();
    }
}
