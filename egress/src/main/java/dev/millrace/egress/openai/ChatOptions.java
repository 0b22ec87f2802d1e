package dev.millrace.egress.openai;

import dev.millrace.egress.delivery.AnswerFormats;

/**
 * What the request said about its answer.
 *
 * @param stream server-sent events instead of one body
 * @param includeUsage a last chunk with usage; the whole answer always has it
 * @param acceptRestart the reader understands {@code event: millrace.restarted} and drops what it has; otherwise another execution
 *     after delivered content is an error to it
 * @param model the model as the request named it; stands in until a record tells the real one
 */
public record ChatOptions(boolean stream, boolean includeUsage, boolean acceptRestart, String model) {
    /** The answer as such a request wants it. */
    public AnswerFormats formats() {
        return job -> stream ? new ChatStream(job, this) : new WholeChat(job, this);
    }
}
