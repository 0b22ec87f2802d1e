package dev.millrace.egress.http;

import dev.millrace.avro.ErrorDetail;
import io.vertx.core.http.HttpServerResponse;

/** The shape of an error body. */
public enum ErrorFormat {
    /**
     * {@code {"error":{"message","type","param","code"}}}.
     *
     * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI error codes</a>
     */
    OPENAI,
    /**
     * Problem details as {@code application/problem+json}, with the members {@code code}, {@code param} and {@code retryable} added.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
     */
    PROBLEM;

    /** The format of the dialect that a path belongs to: problem details on native routes, OpenAI's object elsewhere. */
    public static ErrorFormat ofPath(String path) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    /** Status, {@code Retry-After} where the error says, and body; ends the response. Other headers stay as the caller set them. */
    public void send(HttpServerResponse response, ErrorDetail error) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }
}
