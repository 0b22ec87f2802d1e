/**
 * The registry of error codes: one code, one HTTP status, one meaning, in every dialect and on every topic. No rendering here.
 */
@NullMarked
package dev.millrace.error;

import org.jspecify.annotations.NullMarked;
