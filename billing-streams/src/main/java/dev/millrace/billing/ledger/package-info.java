/**
 * Double-entry rules: what a settlement posts, and what that does to a balance. Pure; no store, no topic.
 */
@NullMarked
package dev.millrace.billing.ledger;

import org.jspecify.annotations.NullMarked;
