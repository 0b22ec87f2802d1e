/** The codec of Luma Dream Machine: videos and images. No I/O. */
@NullMarked
package dev.millrace.worker.luma;

import org.jspecify.annotations.NullMarked;
