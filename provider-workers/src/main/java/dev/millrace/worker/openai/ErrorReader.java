package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells from status and body what kind of failure a reply is. Reads every shape of error body that the family uses:
 * {@code {"error":{…}}} with a text or a number as code, {@code {"error":"…","code":"…"}}, {@code {"detail":"…"}},
 * {@code {"detail":[{"msg":…}]}}, {@code {"message":"…"}}, an array of the first, plain text.
 */
public final class ErrorReader {
    /** The account is out of money: waiting does not help, whatever the status says. */
    private static final Set<String> SPENT =
            Set.of("insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance");

    private static final Set<String> THROTTLED = Set.of(
            "rate_limit_exceeded", "rate_limit_error", "ratelimitreached", "too_many_requests", "requests", "tokens");

    private static final Set<String> REFUSED = Set.of(
            "invalid_request_error",
            "context_length_exceeded",
            "content_filter",
            "content_policy_violation",
            "invalid_prompt",
            "authentication_error",
            "permission_error",
            "not_found_error",
            "tool_use_failed");

    private ErrorReader() {}

    private record Body(
            int status, @Nullable String code, @Nullable String type, String message) {}

    /** Whether a JSON object inside a successful reply is an error in truth. */
    public static boolean isError(JsonNode node) {
        var error = node.path("error");
        if ((error.isObject() && !error.isEmpty())
                || (error.isTextual() && !error.asText().isEmpty())) {
            return true;
        }
        if (node.has("choices")) {
            return false;
        }
        return node.path("object").asText().equals("error")
                || node.hasNonNull("detail")
                || (node.hasNonNull("message") && (node.hasNonNull("code") || node.hasNonNull("type")));
    }

    /**
     * The result a failure comes to.
     *
     * @param status of the HTTP reply; below 300 for an error inside a successful reply
     * @param body parsed, or null when it is not JSON
     * @param retryAfterMillis from the headers
     */
    public static VendorResult classify(
            int status, @Nullable JsonNode body, String rawText, @Nullable Long retryAfterMillis) {
        var read = body == null ? new Body(0, null, null, plain(status, rawText)) : read(status, body);
        int effective = status >= 300 ? status : read.status();
        var error = new VendorError(effective, read.code() == null ? read.type() : read.code(), read.message());
        if (is(SPENT, read)) {
            return new Refused(error);
        }
        return switch (effective) {
            case 429, 529 -> new Throttled(error, retryAfterMillis);
            case 0 -> withoutStatus(read, error, retryAfterMillis);
            case 408, 409, 425, 499 -> new Unavailable(error, retryAfterMillis);
            default -> effective >= 500 ? new Unavailable(error, retryAfterMillis) : new Refused(error);
        };
    }

    private static VendorResult withoutStatus(Body read, VendorError error, @Nullable Long retryAfterMillis) {
        if (is(THROTTLED, read)) {
            return new Throttled(error, retryAfterMillis);
        }
        return is(REFUSED, read) ? new Refused(error) : new Unavailable(error, retryAfterMillis);
    }

    private static boolean is(Set<String> words, Body body) {
        return (body.code() != null && words.contains(body.code().toLowerCase(Locale.ROOT)))
                || (body.type() != null && words.contains(body.type().toLowerCase(Locale.ROOT)));
    }

    private static Body read(int status, JsonNode body) {
        var node = body.isArray() && !body.isEmpty() ? body.get(0) : body;
        var error = node.path("error");
        if (error.isObject()) {
            return object(status, error);
        }
        if (error.isTextual()) {
            return new Body(
                    number(node.path("code")), text(node.path("code")), text(node.path("type")), error.asText());
        }
        if (node.hasNonNull("detail")) {
            return new Body(number(node.path("status")), text(node.path("type")), null, detail(node.path("detail")));
        }
        if (node.path("errors").path(0).isObject()) {
            return object(status, node.path("errors").path(0));
        }
        return object(status, node);
    }

    private static Body object(int status, JsonNode error) {
        var message = error.path("message");
        var words = message.isTextual() ? message.asText() : message.isObject() ? detail(message.path("detail")) : "";
        var raw = error.path("metadata").path("raw");
        if (raw.isTextual() && !raw.asText().isBlank()) {
            words = words + ": " + raw.asText();
        }
        int number = number(error.path("status_code"));
        if (number == 0) {
            number = number(error.path("code"));
        }
        var type = text(error.path("type"));
        return new Body(
                number,
                text(error.path("code")),
                type == null ? text(error.path("status")) : type,
                words.isEmpty() ? plain(status, "") : words);
    }

    private static String detail(JsonNode detail) {
        if (detail.isArray() && !detail.isEmpty()) {
            var first = detail.get(0);
            var where = first.path("loc").isArray() ? " at " + first.path("loc") : "";
            return first.isTextual() ? first.asText() : first.path("msg").asText("invalid") + where;
        }
        return detail.isTextual() ? detail.asText() : detail.path("message").asText("the vendor gave no reason");
    }

    /** HTTP statuses only, whether written as a number or as text. */
    private static int number(JsonNode node) {
        int value = node.isNumber() || node.isTextual() ? node.asInt(0) : 0;
        return value >= 400 && value <= 599 ? value : 0;
    }

    private static @Nullable String text(JsonNode node) {
        return (node.isTextual() && !node.asText().isEmpty()) || node.isNumber() ? node.asText() : null;
    }

    private static String plain(int status, String rawText) {
        var text = rawText.strip();
        boolean markup = text.startsWith("<");
        return text.isEmpty() || markup ? "the vendor answered with status " + status : text;
    }
}
