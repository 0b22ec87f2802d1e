/**
 * Cohere: conversations of version 2 and, where a provider says so, of version 1; embeddings, reranking, transcription. Pure.
 */
@NullMarked
package dev.millrace.worker.cohere;

import org.jspecify.annotations.NullMarked;
