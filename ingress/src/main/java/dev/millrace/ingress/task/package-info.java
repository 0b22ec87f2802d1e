/**
 * Requests of the operations that are no conversation, in OpenAI's shapes where there are any, as JSON or as forms. Pure; no HTTP server
 * here.
 *
 * <p>What is worked on becomes the parts of a {@code TaskInput}, in this order: embeddings one part per input; images the prompt, then
 * pictures (a mask with extension {@code role}); speech the text; transcriptions the recording; rankings the query (extension
 * {@code role}), then one part per document; moderations one part per input. Every other member is a parameter under its own name, as
 * JSON text, except those that only say how the answer is to look.
 */
@NullMarked
package dev.millrace.ingress.task;

import org.jspecify.annotations.NullMarked;
