package dev.millrace.egress.delivery;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.log.JobEvent;

/**
 * Frames of text, as a rule server-sent events. The same events give the same frames, on every replica.
 *
 * <p>Fed with every event of a job from the first. A failure before anything was sent is answered with its HTTP status in the shape of
 * {@link #errors()}; a later one is {@link #failure} at the end of the stream.
 */
public non-sealed interface StreamFormat extends AnswerFormat {
    /** Renders the next event. */
    Output next(JobEvent event);

    /** The last frames of a stream that broke off; never such that a client takes it for complete. */
    String failure(ErrorDetail error);

    default String contentType() {
        return "text/event-stream; charset=utf-8";
    }

    /** Sent when nothing else was for a while; empty: nothing. The first one also sends the status. */
    default String keepAlive() {
        return ": keep-alive\n\n";
    }
}
