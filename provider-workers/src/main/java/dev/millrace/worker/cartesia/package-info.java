/** The codec of Cartesia: speech and transcripts. No I/O. */
@NullMarked
package dev.millrace.worker.cartesia;

import org.jspecify.annotations.NullMarked;
