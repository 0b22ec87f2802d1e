/**
 * Answers in Anthropic's Messages dialect: the event grammar of its streams, and the whole message. Pure; no HTTP here.
 *
 * <p>What the dialect has no word for stands in one member {@code millrace} of the whole message or of {@code message_delta}:
 *
 * <ul>
 *   <li>{@code items}: citations, traces and the like of other vendors, each with {@code dialect}, {@code type} and {@code value};
 *   <li>{@code extensions}: members that other vendors put beside the content;
 *   <li>{@code vendor}: what the vendor said about the answer, its own id among it;
 *   <li>{@code finish_reason}: the vendor's word, where it is none of Anthropic's;
 *   <li>{@code usage_estimated}: true when Millrace counted the tokens;
 *   <li>{@code omitted}: how many items or members were too large to be kept until the end.
 * </ul>
 *
 * @see <a href="https://docs.claude.com/en/docs/build-with-claude/streaming">Anthropic, streaming</a>
 */
@NullMarked
package dev.millrace.egress.anthropic;

import org.jspecify.annotations.NullMarked;
