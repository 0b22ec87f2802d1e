/**
 * The pipeline's hops beside the bare chain of the same number of hops, in one process: which processing guarantee costs what. The bare
 * chain is also an arm of the whole benchmark.
 */
@NullMarked
package dev.millrace.ops.bench.hops;

import org.jspecify.annotations.NullMarked;
