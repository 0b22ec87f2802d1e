/**
 * The load generator: calls at intended times whatever became of the calls before, each of them read to its end and compared byte for
 * byte with what the vendor said. Knows nothing of what is behind an address.
 */
@NullMarked
package dev.millrace.ops.bench.load;

import org.jspecify.annotations.NullMarked;
