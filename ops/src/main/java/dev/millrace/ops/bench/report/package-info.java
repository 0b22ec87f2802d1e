/**
 * What a benchmark found: figures with the gates they passed or not, comparisons, and how they are written. Pure but for the look at the
 * machine.
 */
@NullMarked
package dev.millrace.ops.bench.report;

import org.jspecify.annotations.NullMarked;
