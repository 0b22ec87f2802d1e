package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.ByteAccumulator;
import dev.millrace.worker.provider.DecoderLimits;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.Message;

/**
 * Cuts a byte stream of {@code application/vnd.amazon.eventstream} into messages, however the network cuts it. A message counts once all of it
 * has come and both of its checksums are right; one that is longer than {@link DecoderLimits#maxEventBytes} is never held.
 *
 * <p>The library decodes whole messages only, because its own decoder holds two mebibytes for each stream. Not thread-safe.
 *
 * @see <a href="https://smithy.io/2.0/aws/amazon-eventstream.html">Smithy, Amazon event stream</a>
 */
final class EventFrames {
    private static final int PRELUDE_BYTES = 12;
    private static final int PRELUDE_SUMMED_BYTES = 8;
    private static final int MIN_MESSAGE_BYTES = 16;

    private final int maxMessageBytes;
    private final Listener listener;
    private final ByteAccumulator frame;
    private int expectedBytes = PRELUDE_BYTES;
    private boolean preludeRead;
    private @Nullable String malformed;

    /** Receives messages in order. */
    @FunctionalInterface
    interface Listener {
        /**
         * One message.
         *
         * @return false to stop: bytes not looked at yet are left in the buffer
         */
        boolean message(Message message);
    }

    EventFrames(DecoderLimits limits, Listener listener) {
        this.maxMessageBytes = limits.maxEventBytes();
        this.listener = listener;
        this.frame = new ByteAccumulator(Math.max(PRELUDE_BYTES, maxMessageBytes));
    }

    /** Consumes bytes until the buffer is empty, the listener stops, or a message is malformed. */
    void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining() && malformed == null) {
            frame.append(bytes, Math.min(bytes.remaining(), expectedBytes - frame.length()));
            if (frame.length() < expectedBytes) {
                return;
            }
            if (!preludeRead) {
                prelude();
            } else if (!message()) {
                return;
            }
        }
    }

    /** What was wrong; null while nothing is. */
    @Nullable
    String malformed() {
        return malformed;
    }

    private void prelude() {
        var view = frame.view();
        var sum = new CRC32();
        sum.update(view.slice(0, PRELUDE_SUMMED_BYTES));
        long length = Integer.toUnsignedLong(view.getInt(0));
        if ((int) sum.getValue() != view.getInt(PRELUDE_SUMMED_BYTES)) {
            malformed = "the checksum of a message's prelude is wrong";
        } else if (length > maxMessageBytes) {
            malformed = "a message is longer than " + maxMessageBytes + " bytes";
        } else if (length < MIN_MESSAGE_BYTES) {
            malformed = "a message is shorter than its frame";
        } else {
            preludeRead = true;
            expectedBytes = (int) length;
        }
    }

    private boolean message() {
        Message message;
        try {
            message = Message.decode(frame.view());
        } catch (IllegalArgumentException | IllegalStateException | BufferUnderflowException e) {
            malformed = "a message's checksum or its headers are wrong";
            return false;
        }
        frame.clear();
        preludeRead = false;
        expectedBytes = PRELUDE_BYTES;
        return listener.message(message);
    }
}
