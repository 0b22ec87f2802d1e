/**
 * The provider {@code local}: a scripted vendor inside the process that needs no key, answers deterministically and can be told to fail in
 * every way of the failure catalogue. It emits bytes of the chat dialect, so that its calls go through the same decoder and the same
 * deadlines as everybody's.
 *
 * <p>{@link dev.millrace.worker.local.LocalVendor} turns a request into timed events and knows nothing of how they travel;
 * {@link dev.millrace.worker.local.LocalTransport} plays them on an event loop.
 */
@NullMarked
package dev.millrace.worker.local;

import org.jspecify.annotations.NullMarked;
