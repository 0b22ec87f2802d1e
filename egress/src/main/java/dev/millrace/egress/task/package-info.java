/**
 * Answers of the operations that are no conversation, in OpenAI's shapes where there are any: embeddings, images, speech, transcripts,
 * moderations, rankings, text completions, videos. Pure; no HTTP and no Kafka here.
 */
@NullMarked
package dev.millrace.egress.task;

import org.jspecify.annotations.NullMarked;
