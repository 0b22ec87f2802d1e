/**
 * The contract between Millrace and a vendor's wire format: what an adapter renders, what a decoder emits, how a call can end, and the
 * pieces every codec needs (server-sent events, limits, waiting times). Pure: no I/O, no clock of its own, no Kafka.
 */
@NullMarked
package dev.millrace.worker.provider;

import org.jspecify.annotations.NullMarked;
