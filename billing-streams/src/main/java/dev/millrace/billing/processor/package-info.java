/**
 * Thin processors: fetch state, ask a rule, store, forward. Rules belong in {@code dev.millrace.billing.ledger}.
 */
@NullMarked
package dev.millrace.billing.processor;

import org.jspecify.annotations.NullMarked;
