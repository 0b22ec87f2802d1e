/**
 * A TCP proxy on loopback that stands where a network would be, and fails as one does. It knows nothing of what goes through it.
 */
@NullMarked
package dev.millrace.ops.chaos.proxy;

import org.jspecify.annotations.NullMarked;
