/**
 * The mock vendor: a process that answers like a vendor over HTTP, in every dialect, as fast, as slowly and as wrongly as it is told, and
 * keeps its own invoice.
 *
 * <p>What it says and when comes from the scripted vendor that also stands behind the provider {@code local}; this package puts it on the
 * wire. It shares no code with the adapters and dialects that are measured against it.
 */
@NullMarked
package dev.millrace.ops.vendor;

import org.jspecify.annotations.NullMarked;
