/**
 * Kafka consumers by assignment: one place for the settings that all readers of egress share. Nothing here knows a topic.
 */
@NullMarked
package dev.millrace.egress.consumer;

import org.jspecify.annotations.NullMarked;
