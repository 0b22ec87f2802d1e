/**
 * What may become a job, and where it may go: validation, identity, idempotency, plan. Pure; no store, no topic.
 */
@NullMarked
package dev.millrace.router.admission;

import org.jspecify.annotations.NullMarked;
