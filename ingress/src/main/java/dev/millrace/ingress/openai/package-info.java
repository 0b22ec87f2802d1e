/**
 * OpenAI's Chat Completions dialect: a request body becomes an {@code InferenceRequest}, every mistake an error with the path of the
 * member. Pure; no HTTP here.
 *
 * <p>Nothing that was sent is dropped. A member with a common word becomes a field; every other member goes to the {@code extensions}
 * of the record that stands for its object, as JSON text under these names, so that an adapter of the same dialect can put it back
 * where it was:
 *
 * <ul>
 *   <li>{@code ChatInput}: the member of the body ({@code store}, {@code prediction}, {@code stream_options} without
 *       {@code include_usage}, …);
 *   <li>{@code Message}: the member of the message ({@code audio}, {@code reasoning_content}, {@code annotations}, …);
 *   <li>{@code Part}, {@code Tool}, {@code OutputFormat}: the member of the object, or {@code wrapper.member} for a member of the
 *       object inside it that is named like its type ({@code image_url.detail}, {@code input_audio.format}, {@code function.x},
 *       {@code custom.format}, {@code json_schema.x});
 *   <li>{@code ToolChoice}: nothing for a word or a plainly named function, else every member of the object, {@code type} included;
 *       likewise {@code OutputFormat} of a type that OpenAI does not have.
 * </ul>
 *
 * <p>Content parts and tools of types that OpenAI does not have become an {@code OpaquePart} of dialect {@code openai-chat}, or a
 * {@code Tool} whose name is its type. A message of role {@code tool} holds one {@code ToolResultPart}.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">Create chat completion</a>
 */
@NullMarked
package dev.millrace.ingress.openai;

import org.jspecify.annotations.NullMarked;
