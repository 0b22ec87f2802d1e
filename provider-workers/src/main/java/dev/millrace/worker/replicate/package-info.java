/** The codec of Replicate: predictions, streamed or polled. No I/O. */
@NullMarked
package dev.millrace.worker.replicate;

import org.jspecify.annotations.NullMarked;
