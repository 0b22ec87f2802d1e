package dev.millrace.egress.delivery;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.Subscription;

/** Puts the events of one job into one response. */
sealed interface AnswerWriter permits StreamedAnswer, WholeAnswer, BinaryAnswer {
    /** The response is ours from now on. */
    void begin();

    /**
     * Writes an event.
     *
     * @param source paused while the client does not keep up
     * @return true when the response has been ended
     */
    boolean write(JobEvent event, Subscription source);

    /** Ends the response with an error: as a status where none was sent yet. */
    void fail(ErrorDetail error);

    /** Nothing more is written. */
    void stop();
}
