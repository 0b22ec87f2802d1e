/**
 * Sending a rendered call and feeding its reply to a decoder: HTTP on Vert.x event loops, the deadlines of a call, back-pressure and
 * cancellation. Knows no vendor's format; nothing of Kafka.
 */
@NullMarked
package dev.millrace.worker.transport;

import org.jspecify.annotations.NullMarked;
