/**
 * Google's Gemini dialect, as the Gemini API and Vertex AI speak it: {@code generateContent}, {@code streamGenerateContent}, {@code interactions},
 * embeddings, generated images and speech. Pure codecs; credentials and sending are the transport's.
 */
@NullMarked
package dev.millrace.worker.gemini;

import org.jspecify.annotations.NullMarked;
