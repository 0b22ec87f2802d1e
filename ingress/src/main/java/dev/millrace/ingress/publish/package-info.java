/**
 * Writing records: requests, cancels, and the control records of administration. Bounded in flight, never blocking the caller. What a
 * record says is decided elsewhere.
 */
@NullMarked
package dev.millrace.ingress.publish;

import org.jspecify.annotations.NullMarked;
