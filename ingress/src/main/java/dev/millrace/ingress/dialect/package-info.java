/**
 * What every dialect on the way in shares: an HTTP request without its connection becomes a {@link dev.millrace.ingress.dialect.Call},
 * which is the record to publish and the format of the answer. Pure; no HTTP server and no Kafka here, and no dialect either.
 *
 * <p>How to add a dialect:
 *
 * <ol>
 *   <li>its answers: formats in egress, see {@code dev.millrace.egress.delivery}, and an error shape where it has one of its own
 *       ({@code ErrorFormat}, one line with the paths it belongs to);
 *   <li>its requests: one {@link dev.millrace.ingress.dialect.Dialect} in a package of its own beside {@code ingress.openai}.
 *       {@link dev.millrace.ingress.dialect.OpenBody} reads the body, folds Millrace's options in and takes the fingerprint; a
 *       {@code Mistake} thrown anywhere is answered in the error shape of the path. A model, a verb or an option in path, query or
 *       headers comes from {@link dev.millrace.ingress.dialect.Incoming};
 *   <li>one line in {@code ingress.http.Routes}. A path ending in {@code /*} covers all below it.
 * </ol>
 *
 * <p>Nothing that was sent is dropped: a member with a common word becomes a field, every other one goes to the extensions of its
 * object as JSON text, or is refused by name.
 */
@NullMarked
package dev.millrace.ingress.dialect;

import org.jspecify.annotations.NullMarked;
