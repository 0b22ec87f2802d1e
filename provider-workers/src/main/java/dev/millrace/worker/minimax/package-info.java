/** The codec of MiniMax's own endpoints: video, images, speech, music. No I/O. */
@NullMarked
package dev.millrace.worker.minimax;

import org.jspecify.annotations.NullMarked;
