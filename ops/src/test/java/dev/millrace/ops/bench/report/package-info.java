/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.ops.bench.report;

import org.jspecify.annotations.NullMarked;
