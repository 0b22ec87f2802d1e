package dev.millrace.egress.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;

/**
 * {@code {"type":"error","error":{"type","message"},"request_id"}}; {@code code} and {@code param} of the error are in the member
 * {@code millrace}.
 *
 * @see <a href="https://docs.claude.com/en/api/errors">Anthropic, errors</a>
 */
final class AnthropicErrors implements ErrorShape {
    @Override
    public ObjectNode body(ErrorDetail error) {
        var body = JsonNodeFactory.instance.objectNode().put("type", "error");
        body.putObject("error").put("type", type(status(error))).put("message", error.getMessage());
        body.putNull("request_id");
        var millrace = body.putObject("millrace").put("code", error.getCode());
        if (error.getParam() != null) {
            millrace.put("param", error.getParam());
        }
        if (error.getVendorCode() != null) {
            millrace.put("vendor_code", error.getVendorCode());
        }
        return body;
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 408, 504 -> "timeout_error";
            case 503, 529 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }
}
