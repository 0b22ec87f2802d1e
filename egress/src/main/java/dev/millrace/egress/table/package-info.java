/**
 * Compacted topics held in memory. Nothing here knows what the values mean.
 */
@NullMarked
package dev.millrace.egress.table;

import org.jspecify.annotations.NullMarked;
