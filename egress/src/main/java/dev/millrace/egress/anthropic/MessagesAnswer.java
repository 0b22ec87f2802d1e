package dev.millrace.egress.anthropic;

import dev.millrace.egress.delivery.AnswerFormats;

/**
 * What the request said about its answer.
 *
 * @param stream events instead of one message
 * @param acceptRestart the reader understands {@code event: millrace.restarted} and drops what it has; otherwise another execution
 *     after delivered content is an error to it
 * @param model the model as the request named it; stands in until a record tells the real one
 */
public record MessagesAnswer(boolean stream, boolean acceptRestart, String model) {
    /** The answer as such a request wants it. */
    public AnswerFormats formats() {
        return job -> stream ? new MessageStream(job, this) : new WholeMessage(job, this);
    }
}
