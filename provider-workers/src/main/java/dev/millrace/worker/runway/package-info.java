/** The codec of Runway: videos and images. No I/O. */
@NullMarked
package dev.millrace.worker.runway;

import org.jspecify.annotations.NullMarked;
