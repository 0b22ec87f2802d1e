/**
 * OpenAI's Responses dialect, as OpenAI and the vendors that copied it speak it. Items and events without a common word travel as they
 * came, with the marks of {@link dev.millrace.dialect.ResponsesMarks}, so that the same dialect on the way out can restore them. Pure.
 */
@NullMarked
package dev.millrace.worker.responses;

import org.jspecify.annotations.NullMarked;
