/**
 * Reading JSON that comes from outside: strict syntax, bounded sizes, strict types, and a path for every mistake. No dialect and no
 * HTTP here.
 */
@NullMarked
package dev.millrace.ingress.json;

import org.jspecify.annotations.NullMarked;
