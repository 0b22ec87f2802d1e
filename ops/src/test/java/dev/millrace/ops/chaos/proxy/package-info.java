/** Tests of the fault proxy. */
@NullMarked
package dev.millrace.ops.chaos.proxy;

import org.jspecify.annotations.NullMarked;
