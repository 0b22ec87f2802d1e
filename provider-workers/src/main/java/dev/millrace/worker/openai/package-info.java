/**
 * The OpenAI chat-completions dialect, as OpenAI and the many vendors that copied it speak it. Where a vendor departs from it the
 * catalogue says so as data ({@link dev.millrace.worker.openai.OpenAiQuirks}); no vendor's name appears in this code. Pure.
 */
@NullMarked
package dev.millrace.worker.openai;

import org.jspecify.annotations.NullMarked;
