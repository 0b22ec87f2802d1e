/** Tests of health and metrics over HTTP. */
@NullMarked
package dev.millrace.ops.management;

import org.jspecify.annotations.NullMarked;
