/**
 * Taking work from Kafka: what is polled, what is done, what is committed, whose turn is next. No vendor and no result records here.
 */
@NullMarked
package dev.millrace.worker.intake;

import org.jspecify.annotations.NullMarked;
