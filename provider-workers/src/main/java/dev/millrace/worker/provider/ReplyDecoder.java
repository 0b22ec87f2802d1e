package dev.millrace.worker.provider;

import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one reply, piece by piece, however the network cuts it.
 *
 * <p>Call {@link #head} once, {@link #feed} for each piece, then {@link #end} or {@link #cut}; after each call {@link #take} what was
 * decoded and look at {@link #result}. A vendor's misbehaviour is a result, never an exception; a reply that breaks off at any byte
 * is never {@link VendorResult.Finished}. Memory is bounded by the decoder's {@link DecoderLimits}, time is linear in the bytes fed.
 * Not thread-safe.
 */
public interface ReplyDecoder {
    /** Status line and headers arrived. */
    void head(int status, VendorHeaders headers);

    /** Consumes all remaining bytes; ignored once there is a result. */
    void feed(ByteBuffer bytes);

    /** The vendor ended the body in the way its framing prescribes. There is a result or a follow-up afterwards. */
    void end();

    /** The connection broke or was closed before the body ended. There is a result afterwards. */
    void cut();

    /** Removes and returns the deltas decoded since the last call, in order. */
    List<Delta> take();

    /** How the call ended; null while it goes on. Set once. */
    @Nullable
    VendorResult result();

    /**
     * The call that this reply leads to, if there is no result; there must be one or the other after {@link #end}. The attempt goes on with
     * it and with its decoder as soon as it is there, and the result of the last one is the attempt's.
     */
    default @Nullable FollowUp followUp() {
        return null;
    }

    /** Usage the vendor gave so far; null when none. Also known for replies that did not finish. */
    @Nullable
    Usage usage();

    /** What the vendor said beside the content so far, each value JSON. */
    Map<String, String> vendor();

    /**
     * Bytes of the body that carried something: comments, keep-alives and padding between events are not counted. Grows only; a clock
     * that compares it tells a working vendor from one that only keeps the line open.
     */
    long progressBytes();
}
