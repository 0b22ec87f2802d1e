/**
 * Who calls and what they may do. No key text is kept or logged here.
 */
@NullMarked
package dev.millrace.egress.access;

import org.jspecify.annotations.NullMarked;
