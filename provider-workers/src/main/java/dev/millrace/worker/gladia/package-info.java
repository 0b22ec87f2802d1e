/** The codec of Gladia: transcripts. No I/O. */
@NullMarked
package dev.millrace.worker.gladia;

import org.jspecify.annotations.NullMarked;
