package dev.millrace.egress.delivery;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.egress.reply.Reply;

/** One body at the end. */
public non-sealed interface WholeFormat extends AnswerFormat {
    /** Most bytes of content that a body is made of, roughly, unless a format says otherwise. */
    int MAX_BYTES = 16 << 20;

    /**
     * A record before the answer is made, for formats in which it matters in what order things were said.
     *
     * @param restarted what came before is void
     */
    default void observe(InferenceResult record, boolean restarted) {}

    /**
     * The answer.
     *
     * @param last the record with the terminal
     * @param createdAtMillis when the job was made; 0 when nobody knows
     */
    Body body(Reply reply, InferenceResult last, long createdAtMillis);

    /** Whether such an end has a body of the dialect's; every other end is an error. */
    default boolean answers(Terminal terminal) {
        return terminal.getStatus() == JobStatus.COMPLETED;
    }

    /** A larger reply is an error that says where to read it. */
    default int maxBytes() {
        return MAX_BYTES;
    }
}
