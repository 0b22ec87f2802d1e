package dev.millrace.egress.openai;

/**
 * What the request said about its answer.
 *
 * @param stream server-sent events instead of one body
 * @param includeUsage a last chunk with usage; the whole answer always has it
 * @param acceptRestart the reader understands {@code event: millrace.restarted} and drops what it has; otherwise another execution
 *     after delivered content is an error to it
 * @param model the model as the request named it; stands in until a record tells the real one
 * @param keyed the request carried an idempotency key: the router's verdict decides before anything else is delivered
 */
public record ChatOptions(boolean stream, boolean includeUsage, boolean acceptRestart, String model, boolean keyed) {}
