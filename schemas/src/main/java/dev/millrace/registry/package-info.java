/**
 * Client of a Confluent-compatible schema registry. Nothing here knows a topic or a record.
 */
@NullMarked
package dev.millrace.registry;

import org.jspecify.annotations.NullMarked;
