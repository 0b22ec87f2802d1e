package dev.millrace.ops.history;

/**
 * A request on the log.
 *
 * @param key idempotency key; empty when there is none
 */
public record Submit(String jobId, String account, String key) {}
