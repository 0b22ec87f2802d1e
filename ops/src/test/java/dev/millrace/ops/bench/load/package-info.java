/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.ops.bench.load;

import org.jspecify.annotations.NullMarked;
