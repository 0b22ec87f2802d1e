/**
 * What the topics and the vendor say happened, and whether it may have happened: pure checks over what was read, and the reading. Who broke
 * what, and when, does not belong here.
 */
@NullMarked
package dev.millrace.ops.history;

import org.jspecify.annotations.NullMarked;
