/**
 * A job's answer put together from its deltas, in no dialect. Pure.
 */
@NullMarked
package dev.millrace.egress.reply;

import org.jspecify.annotations.NullMarked;
