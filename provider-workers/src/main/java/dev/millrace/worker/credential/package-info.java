/**
 * Credentials on their way out: how each kind is read from the environment, kept fresh, and put on a request. Nothing here knows a vendor's
 * dialect, and no secret leaves it but on the request itself.
 */
@NullMarked
package dev.millrace.worker.credential;

import org.jspecify.annotations.NullMarked;
