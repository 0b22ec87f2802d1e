/**
 * One worker: takes orders of its pool from Kafka, makes the vendor calls, writes chunks, terminals and outcomes.
 * {@link dev.millrace.worker.Worker} is the map; rules live in the packages below, and nothing outside this module is called but topics.
 */
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;
