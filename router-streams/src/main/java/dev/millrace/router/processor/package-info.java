/**
 * Thin processors: fetch state, ask a rule, store, forward. Rules belong in the other packages.
 */
@NullMarked
package dev.millrace.router.processor;

import org.jspecify.annotations.NullMarked;
