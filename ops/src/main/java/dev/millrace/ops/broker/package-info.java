/**
 * The one-process Kafka broker of the development stack and of integration tests, reachable by ordinary clients.
 *
 * <p>{@link dev.millrace.ops.broker.EmbeddedBroker} is the only class of the project that touches Kafka's internal
 * server API. Nothing about topics, schemas or the stack's other parts belongs here.
 */
@NullMarked
package dev.millrace.ops.broker;

import org.jspecify.annotations.NullMarked;
