/**
 * OpenAI's Responses dialect on the way out, in front of every vendor: typed events with numbers that every replica counts alike, and the
 * response object, whole or as far as it has come. No Kafka here, and no other dialect. Pure, but for {@link
 * dev.millrace.egress.responses.ResponseReading}, which reads a job for it.
 */
@NullMarked
package dev.millrace.egress.responses;

import org.jspecify.annotations.NullMarked;
