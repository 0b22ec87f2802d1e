/**
 * From an order to its outcome: whether it may start, the call itself, its chunks, its end. The rules ({@link dev.millrace.worker.call.Ending},
 * {@link dev.millrace.worker.call.DeltaPacking}) are pure; {@link dev.millrace.worker.call.CallExecution} applies them on an event loop.
 */
@NullMarked
package dev.millrace.worker.call;

import org.jspecify.annotations.NullMarked;
