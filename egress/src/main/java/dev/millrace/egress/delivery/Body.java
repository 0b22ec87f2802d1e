package dev.millrace.egress.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;

/** A whole answer. */
public record Body(String contentType, Buffer content) {
    public static Body json(JsonNode body) {
        return new Body("application/json", Buffer.buffer(body.toString()));
    }

    public static Body text(String contentType, String text) {
        return new Body(contentType, Buffer.buffer(text));
    }
}
