/** Tests of the checks of what was read afterwards. */
@NullMarked
package dev.millrace.ops.history;

import org.jspecify.annotations.NullMarked;
