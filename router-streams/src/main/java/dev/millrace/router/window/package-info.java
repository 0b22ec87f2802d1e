/**
 * How many jobs of an account may be outstanding at once. Pure.
 */
@NullMarked
package dev.millrace.router.window;

import org.jspecify.annotations.NullMarked;
