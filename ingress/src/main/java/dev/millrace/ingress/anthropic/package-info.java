/**
 * Anthropic's Messages dialect: a request body becomes an {@code InferenceRequest}, every mistake an error with the path of the member.
 * Pure; no HTTP here.
 *
 * <p>Nothing that was sent is dropped. Members with a common word become fields, every other one goes to the {@code extensions} of the
 * record that stands for its object, as JSON text under its own name; one of an object inside it, under {@code source.<name>} or
 * {@code output_config.<name>}. Beyond that:
 *
 * <ul>
 *   <li>{@code system} is the first message, of role {@code system}; a {@code system} message inside the conversation stays there;
 *   <li>blocks without a common word (server tools and their results, search results, MCP) are an {@code OpaquePart} of dialect
 *       {@code anthropic}, as they came;
 *   <li>{@code thinking}: a budget or {@code adaptive} is {@code Reasoning}, {@code disabled} is effort {@code none}, {@code display} is its
 *       summary ({@code auto} or {@code none}); any other form goes to the extensions of the body;
 *   <li>{@code output_config.effort} is the effort where there is thinking, else an extension, because it then means no thinking;
 *   <li>{@code metadata.user_id} and the header {@code anthropic-beta} are metadata of the job, {@code user_id} and
 *       {@code anthropic-beta}: vendors other than Anthropic may pass over them.
 * </ul>
 *
 * @see <a href="https://docs.claude.com/en/api/messages">Anthropic, Messages</a>
 */
@NullMarked
package dev.millrace.ingress.anthropic;

import org.jspecify.annotations.NullMarked;
