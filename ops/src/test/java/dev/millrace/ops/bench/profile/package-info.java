/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.ops.bench.profile;

import org.jspecify.annotations.NullMarked;
