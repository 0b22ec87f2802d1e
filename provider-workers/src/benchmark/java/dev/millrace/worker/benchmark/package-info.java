/** Measures what the codecs cost: reading recorded replies, and writing requests. Built and run by the profile {@code codec-benchmark} alone. */
@NullMarked
package dev.millrace.worker.benchmark;

import org.jspecify.annotations.NullMarked;
