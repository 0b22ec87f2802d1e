package dev.millrace.egress.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import java.util.Locale;

/**
 * {@code {"error":{"code","message","status","details"}}}; our own code is the reason of an {@code ErrorInfo}.
 *
 * @see <a href="https://google.aip.dev/193">AIP-193, Errors</a>
 */
final class GoogleErrors implements ErrorShape {
    private static final String TYPE = "type.googleapis.com/google.rpc.";

    @Override
    public ObjectNode body(ErrorDetail error) {
        var body = JsonNodeFactory.instance.objectNode();
        int status = status(error);
        var details = body.putObject("error")
                .put("code", status)
                .put("message", error.getMessage())
                .put("status", word(status))
                .putArray("details");
        var info = details.addObject().put("@type", TYPE + "ErrorInfo");
        info.put("reason", error.getCode().toUpperCase(Locale.ROOT)).put("domain", "millrace");
        if (error.getParam() != null) {
            var violations =
                    details.addObject().put("@type", TYPE + "BadRequest").putArray("fieldViolations");
            violations.addObject().put("field", error.getParam()).put("description", error.getMessage());
        }
        if (error.getRetryAfterMillis() != null) {
            var delay = String.format(Locale.ROOT, "%.3fs", error.getRetryAfterMillis() / 1000.0);
            details.addObject().put("@type", TYPE + "RetryInfo").put("retryDelay", delay);
        }
        return body;
    }

    private static String word(int status) {
        return switch (status) {
            case 400, 413, 415, 422 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404, 405 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 402, 429 -> "RESOURCE_EXHAUSTED";
            case 499 -> "CANCELLED";
            case 501 -> "UNIMPLEMENTED";
            case 502, 503 -> "UNAVAILABLE";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            default -> status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION";
        };
    }
}
