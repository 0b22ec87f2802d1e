/**
 * Measurements: arms that run side by side in one process, gates that must hold before a figure counts, and the report. Nothing here is
 * used in production.
 */
@NullMarked
package dev.millrace.ops.bench;

import org.jspecify.annotations.NullMarked;
