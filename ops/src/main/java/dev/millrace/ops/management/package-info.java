/**
 * Health and metrics on a port of their own. What a component does is not known here, only its name and whether it is ready.
 */
@NullMarked
package dev.millrace.ops.management;

import org.jspecify.annotations.NullMarked;
