/** Fault runs that are short enough for a test suite. */
@NullMarked
package dev.millrace.ops.chaos;

import org.jspecify.annotations.NullMarked;
