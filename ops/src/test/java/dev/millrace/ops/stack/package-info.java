/** Tests of the development stack, its parts and its leaving. */
@NullMarked
package dev.millrace.ops.stack;

import org.jspecify.annotations.NullMarked;
