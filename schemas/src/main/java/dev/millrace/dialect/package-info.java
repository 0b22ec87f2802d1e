/**
 * Words that the dialects share: their names in records, and the marks they leave beside content. No parsing and no rendering here.
 */
@NullMarked
package dev.millrace.dialect;

import org.jspecify.annotations.NullMarked;
