/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.ops.bench.arm;

import org.jspecify.annotations.NullMarked;
