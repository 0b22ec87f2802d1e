package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the request said about its answer.
 *
 * @param model as asked for; named until a provider has answered
 * @param echo members of the request that every response object repeats
 * @param acceptRestart the reader understands {@code millrace.restarted}; otherwise another execution after delivered content is an error
 *     to it
 */
public record ResponsesOptions(String model, ObjectNode echo, boolean acceptRestart) {}
