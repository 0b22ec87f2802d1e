/**
 * Uploaded files and large media on their way to the log: cutting them into pieces, limits, and the claim check that keeps request
 * records small. Reading back is {@code dev.millrace.file}'s matter; routes are ingress.http's.
 */
@NullMarked
package dev.millrace.ingress.files;

import org.jspecify.annotations.NullMarked;
