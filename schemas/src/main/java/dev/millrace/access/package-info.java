/**
 * API keys and secrets as values. No storage and no HTTP here.
 */
@NullMarked
package dev.millrace.access;

import org.jspecify.annotations.NullMarked;
