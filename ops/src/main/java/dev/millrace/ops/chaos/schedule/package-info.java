/**
 * What is done to the processes of a fault run, and when: a list that follows from a seed alone, can be written down and read back. Nothing
 * here does anything to anybody.
 */
@NullMarked
package dev.millrace.ops.chaos.schedule;

import org.jspecify.annotations.NullMarked;
