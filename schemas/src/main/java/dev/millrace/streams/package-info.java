/**
 * What all Kafka Streams applications of Millrace have in common: their settings, their memory, and what to do when they fail. No
 * topology and no rule of business here.
 */
@NullMarked
package dev.millrace.streams;

import org.jspecify.annotations.NullMarked;
