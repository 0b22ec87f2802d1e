/**
 * What a job costs, from what its executions reported. Pure.
 */
@NullMarked
package dev.millrace.router.settlement;

import org.jspecify.annotations.NullMarked;
