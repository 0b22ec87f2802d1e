/**
 * OpenAI's dialect on the way out. No Kafka here, and no other dialect.
 */
@NullMarked
package dev.millrace.egress.openai;

import org.jspecify.annotations.NullMarked;
