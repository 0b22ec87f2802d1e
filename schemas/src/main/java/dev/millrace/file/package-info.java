/**
 * Uploaded files on the log: their names, and reading them back. A file is a run of {@link dev.millrace.avro.FileChunk}s in the one
 * partition that its id names. No HTTP here.
 */
@NullMarked
package dev.millrace.file;

import org.jspecify.annotations.NullMarked;
