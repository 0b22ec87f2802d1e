/** Tests of the embedded registry: its rules alone, and the whole over HTTP and Kafka. */
@NullMarked
package dev.millrace.ops.registry;

import org.jspecify.annotations.NullMarked;
