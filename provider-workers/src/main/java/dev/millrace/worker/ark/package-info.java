/** The codec of Ark's own tasks: ByteDance's videos. No I/O. */
@NullMarked
package dev.millrace.worker.ark;

import org.jspecify.annotations.NullMarked;
