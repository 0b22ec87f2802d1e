package dev.millrace.egress.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;

/**
 * {@code {"error":{"message","type","param","code"}}}.
 *
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI error codes</a>
 */
final class OpenAiErrors implements ErrorShape {
    @Override
    public ObjectNode body(ErrorDetail error) {
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", error.getMessage())
                .put("type", type(status(error)))
                .put("param", error.getParam())
                .put("code", error.getCode());
        return body;
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }
}
