/**
 * OpenAI's Responses dialect on the way in. An item of the input becomes a part of a message; what belongs to one turn of the model
 * (thinking, text, calls) becomes one message, so that every vendor can be told it. What has no common word is kept as it came, with
 * the marks of {@link dev.millrace.dialect.ResponsesMarks}. Pure.
 */
@NullMarked
package dev.millrace.ingress.responses;

import org.jspecify.annotations.NullMarked;
