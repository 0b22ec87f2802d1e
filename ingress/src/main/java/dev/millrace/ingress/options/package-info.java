/**
 * What a caller may ask of Millrace itself, in the body's {@code millrace} object or in {@code millrace-*} headers. Nothing that a
 * vendor understands is here.
 */
@NullMarked
package dev.millrace.ingress.options;

import org.jspecify.annotations.NullMarked;
