/**
 * Assembly: the modules put together into one process for development, or started one by one against an existing cluster. Which part
 * starts before which, and leaves before which, is decided here; nothing about a job is.
 */
@NullMarked
package dev.millrace.ops.stack;

import org.jspecify.annotations.NullMarked;
