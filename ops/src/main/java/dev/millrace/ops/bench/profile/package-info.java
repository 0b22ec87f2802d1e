/**
 * Who uses the CPU inside the arms' JVMs: by kind of thread, as the system counts, and by package, as the flight recorder samples.
 */
@NullMarked
package dev.millrace.ops.bench.profile;

import org.jspecify.annotations.NullMarked;
