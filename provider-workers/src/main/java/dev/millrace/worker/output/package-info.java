/**
 * Writing to Kafka: results, outcomes, dead letters. Decides nothing about a call.
 */
@NullMarked
package dev.millrace.worker.output;

import org.jspecify.annotations.NullMarked;
