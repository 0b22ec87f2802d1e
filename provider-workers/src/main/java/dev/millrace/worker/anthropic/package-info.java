/**
 * Anthropic's Messages API, as Anthropic and the clouds that host its models speak it: requests out of a normalized conversation, replies
 * back into deltas. {@link dev.millrace.worker.anthropic.MessagesBody} and {@link dev.millrace.worker.anthropic.MessageReader} know no
 * transport, so that a cloud with a framing of its own can use them. Pure.
 *
 * @see <a href="https://docs.claude.com/en/api/messages">Anthropic, Messages</a>
 */
@NullMarked
package dev.millrace.worker.anthropic;

import org.jspecify.annotations.NullMarked;
