package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells what kind of failure a reply is. Reads Anthropic's {@code {"type":"error","error":{"type","message"}}} and what clouds answer
 * themselves: {@code {"error":{"code","status","message"}}}, an array of it, {@code {"message"}}.
 *
 * @see <a href="https://docs.claude.com/en/api/errors">Anthropic, errors</a>
 */
public final class MessageErrors {
    private MessageErrors() {}

    /**
     * The result of an HTTP reply that is none of 2xx.
     *
     * <p>A {@code rate_limit_error} without {@code retry-after} is a spent budget: waiting does not help.
     *
     * @param body parsed, or null when it is not JSON
     */
    public static VendorResult classify(
            int status, @Nullable JsonNode body, String rawText, VendorHeaders headers, InstantSource clock) {
        var type = body == null ? null : type(body);
        var error = new VendorError(status, type, message(status, body, rawText));
        var wait = RetryAfter.millis(headers, clock);
        boolean hopeless = headers.get("x-should-retry").orElse("").equals("false");
        boolean spent = status == 429 && "rate_limit_error".equals(type) && wait == null;
        if (hopeless || spent) {
            return new Refused(error);
        }
        return switch (status) {
            case 429, 529 -> new Throttled(error, wait);
            case 408, 409, 425, 499 -> new Unavailable(error, wait);
            default -> status >= 500 ? new Unavailable(error, wait) : new Refused(error);
        };
    }

    /** The result of an {@code error} event, or of an error object in a successful reply. */
    public static VendorResult inStream(JsonNode event) {
        var type = type(event);
        var error = new VendorError(status(type), type, message(0, event, ""));
        return switch (error.status()) {
            case 429 -> new Throttled(error, null);
            case 400, 401, 402, 403, 404, 413 -> new Refused(error);
            default -> new Unavailable(error, null);
        };
    }

    private static int status(@Nullable String type) {
        return switch (type == null ? "" : type) {
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "billing_error" -> 402;
            case "permission_error" -> 403;
            case "not_found_error" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error" -> 429;
            case "api_error" -> 500;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            default -> 0;
        };
    }

    private static JsonNode error(JsonNode body) {
        var first = body.isArray() ? body.path(0) : body;
        return first.path("error").isObject() ? first.path("error") : first;
    }

    private static @Nullable String type(JsonNode body) {
        var error = error(body);
        for (var name : new String[] {"type", "status", "code", "__type"}) {
            if (error.path(name).isTextual() && !error.path(name).asText().isEmpty()) {
                return error.path(name).asText();
            }
        }
        return null;
    }

    private static String message(int status, @Nullable JsonNode body, String rawText) {
        if (body != null) {
            var message = error(body).path("message");
            message = message.isTextual() ? message : error(body).path("Message");
            if (message.isTextual() && !message.asText().isEmpty()) {
                return message.asText();
            }
        }
        var text = rawText.strip();
        boolean unreadable = text.isEmpty() || text.startsWith("<");
        return unreadable ? "the vendor answered with status " + status : text;
    }
}
