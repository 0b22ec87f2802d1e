package dev.millrace.egress.delivery;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.log.JobEvent;
import io.vertx.core.buffer.Buffer;

/**
 * Bytes as they come, such as sound. A failure after the first of them cannot be told, so the connection is reset: the client never takes a
 * part for the whole.
 */
public non-sealed interface BinaryFormat extends AnswerFormat {
    /** What one event is to the client. */
    sealed interface Piece {
        /**
         * Bytes to send, possibly none.
         *
         * @param contentType of the answer; counts with the first bytes only
         */
        record Bytes(Buffer data, String contentType) implements Piece {}

        /** The last bytes. */
        record Last(Buffer data, String contentType) implements Piece {}

        record Failed(ErrorDetail error) implements Piece {}
    }

    /** Renders the next event. */
    Piece next(JobEvent event);
}
