/**
 * Answers in Google's Gemini dialect: {@code generateContent}, {@code streamGenerateContent} and embeddings. Pure formats; HTTP and the log are
 * elsewhere.
 */
@NullMarked
package dev.millrace.egress.gemini;

import org.jspecify.annotations.NullMarked;
