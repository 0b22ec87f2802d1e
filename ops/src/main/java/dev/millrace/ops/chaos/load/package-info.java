/**
 * The clients of a fault run: what they ask for, how they behave when things break, and what they remember of what they were told. They know
 * the public doors only.
 */
@NullMarked
package dev.millrace.ops.chaos.load;

import org.jspecify.annotations.NullMarked;
