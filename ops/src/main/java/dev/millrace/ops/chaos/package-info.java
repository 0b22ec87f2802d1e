/**
 * Fault runs: real processes, clients, and a seeded list of faults; afterwards a check of what everybody was told. The parts are in the
 * packages below; here they are put together.
 */
@NullMarked
package dev.millrace.ops.chaos;

import org.jspecify.annotations.NullMarked;
