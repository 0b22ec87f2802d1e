/** Tests of the schedules of fault runs. */
@NullMarked
package dev.millrace.ops.chaos.schedule;

import org.jspecify.annotations.NullMarked;
