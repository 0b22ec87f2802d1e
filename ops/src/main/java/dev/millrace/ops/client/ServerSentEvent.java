package dev.millrace.ops.client;

/**
 * One event of a stream.
 *
 * @param id empty when the event has none
 * @param name {@code message} when the event has none
 */
public record ServerSentEvent(String id, String name, String data) {}
