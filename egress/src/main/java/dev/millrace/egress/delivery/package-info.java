/**
 * One job's answer on its way to one HTTP client, in whatever dialect: who owns the response, which job is followed, verdicts, keep-alive,
 * back-pressure, a client that goes. No dialect is written here; each has its own package beside this one.
 *
 * <p>A dialect is one or more {@link dev.millrace.egress.delivery.AnswerFormat}s, pure and without HTTP:
 *
 * <ul>
 *   <li>{@link dev.millrace.egress.delivery.StreamFormat}: frames of text from events, one instance per reader
 *       ({@code ChatStream} is the model to follow);
 *   <li>{@link dev.millrace.egress.delivery.WholeFormat}: one body from the whole reply ({@code WholeChat});
 *   <li>{@link dev.millrace.egress.delivery.BinaryFormat}: bytes as they come.
 * </ul>
 *
 * <p>To add one: write the formats in a package of their own, an {@link dev.millrace.egress.http.ErrorShape} where the dialect has error
 * bodies of its own (one class and a line in {@link dev.millrace.egress.http.ErrorFormat}), and a reader of the request in ingress.
 */
@NullMarked
package dev.millrace.egress.delivery;

import org.jspecify.annotations.NullMarked;
