/**
 * Requests in Google's Gemini dialect. Every member of a body becomes a field of the normalized request or an extension of it; none is
 * dropped. Names in snake case, which the vendor takes as well, are read as their camel-case ones. Pure.
 */
@NullMarked
package dev.millrace.ingress.gemini;

import org.jspecify.annotations.NullMarked;
