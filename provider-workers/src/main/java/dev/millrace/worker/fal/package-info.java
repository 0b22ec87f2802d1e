/** The codec of fal: whatever its queue runs. No I/O. */
@NullMarked
package dev.millrace.worker.fal;

import org.jspecify.annotations.NullMarked;
