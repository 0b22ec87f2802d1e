/**
 * Processes of Millrace as a user starts them, on this machine: started, stopped, killed, frozen and waited for. What they do to each
 * other, and what is done to them and when, does not belong here.
 */
@NullMarked
package dev.millrace.ops.fleet;

import org.jspecify.annotations.NullMarked;
