/** W3C trace context: read from callers, written to records. No exporter here. */
@NullMarked
package dev.millrace.ingress.trace;

import org.jspecify.annotations.NullMarked;
