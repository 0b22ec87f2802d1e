/**
 * Every dialect in front of every recorded vendor: what a client reads at the end is what the vendor said. The readers here know the
 * dialects from their documentation and share nothing with the code under test.
 */
@NullMarked
package dev.millrace.ops.dialects;

import org.jspecify.annotations.NullMarked;
