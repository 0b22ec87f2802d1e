/** Dialects and vendors put together, over recorded traffic: what came in one way goes out another, and nothing is lost. */
@NullMarked
package dev.millrace.ops.dialect;

import org.jspecify.annotations.NullMarked;
