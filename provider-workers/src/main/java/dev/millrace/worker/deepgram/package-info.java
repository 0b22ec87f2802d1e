/** The codec of Deepgram: speech and transcripts. No I/O. */
@NullMarked
package dev.millrace.worker.deepgram;

import org.jspecify.annotations.NullMarked;
