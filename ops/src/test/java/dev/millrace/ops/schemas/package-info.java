/** What the module schemas promises, kept against a real broker, real registries and Confluent's own client. */
@NullMarked
package dev.millrace.ops.schemas;

import org.jspecify.annotations.NullMarked;
