/**
 * The benchmark: arms side by side in one run, metric after metric, gates that must hold before a figure counts. {@link
 * dev.millrace.ops.bench.Bench} is its table of contents. Nothing here is used in production.
 */
@NullMarked
package dev.millrace.ops.bench;

import org.jspecify.annotations.NullMarked;
