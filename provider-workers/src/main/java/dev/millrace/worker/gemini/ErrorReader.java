package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * Tells from status and body what kind of failure a reply is: {@code {"error":{code,message,status,details}}}, alone or as the only element
 * of an array.
 *
 * <p>A key that is not valid is answered with status 400; only the details tell it from a bad request. The wait after a spent quota stands
 * in the details too.
 *
 * @see <a href="https://google.aip.dev/193">AIP-193, Errors</a>
 */
final class ErrorReader {
    private static final int CREDENTIAL = 401;

    private ErrorReader() {}

    /** Whether a JSON value inside a successful reply is an error in truth. */
    static boolean isError(JsonNode node) {
        return unwrapped(node).path("error").isObject();
    }

    /**
     * The result a failure comes to.
     *
     * @param status of the HTTP reply; below 300 for an error inside a successful reply
     * @param body parsed, or null when it is not JSON
     * @param headerRetryMillis from the headers
     */
    static VendorResult classify(
            int status, @Nullable JsonNode body, String rawText, @Nullable Long headerRetryMillis) {
        var error = body == null ? null : unwrapped(body).path("error");
        if (error == null || !error.isObject()) {
            return result(status >= 300 ? status : 0, null, plain(status, rawText), headerRetryMillis);
        }
        var message = error.path("message").asText("");
        var reason = reason(error.path("details"));
        var word = error.path("status").isTextual() ? error.path("status").asText() : null;
        int said = error.path("code").asInt(0);
        int effective = status >= 300 ? status : said >= 300 ? said : byWord(word == null ? canonical(said) : word);
        boolean badKey = reason != null && (reason.startsWith("API_KEY_") || reason.startsWith("ACCESS_TOKEN_"));
        var retryMillis = retryMillis(error.path("details"));
        return result(
                badKey ? CREDENTIAL : effective,
                badKey ? reason : word,
                message.isEmpty() ? plain(effective, "") : message,
                retryMillis == null ? headerRetryMillis : retryMillis);
    }

    private static VendorResult result(int status, @Nullable String code, String message, @Nullable Long retryMillis) {
        var error = new VendorError(status, code, message);
        return switch (status) {
            case 429 -> new Throttled(error, retryMillis);
            case 0, 408, 409, 425, 499 -> new Unavailable(error, retryMillis);
            default -> status >= 500 ? new Unavailable(error, retryMillis) : new Refused(error);
        };
    }

    private static JsonNode unwrapped(JsonNode node) {
        return node.isArray() && !node.isEmpty() ? node.get(0) : node;
    }

    /** HTTP status of a canonical code, for an error inside a stream that names no number. */
    private static int byWord(@Nullable String word) {
        return switch (word) {
            case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE" -> 400;
            case "UNAUTHENTICATED" -> 401;
            case "PERMISSION_DENIED" -> 403;
            case "NOT_FOUND" -> 404;
            case "RESOURCE_EXHAUSTED" -> 429;
            case "UNAVAILABLE" -> 503;
            case null, default -> 0;
        };
    }

    /** The word of a canonical code, which is all that a failed operation has. */
    private static @Nullable String canonical(int code) {
        return switch (code) {
            case 3 -> "INVALID_ARGUMENT";
            case 5 -> "NOT_FOUND";
            case 7 -> "PERMISSION_DENIED";
            case 8 -> "RESOURCE_EXHAUSTED";
            case 9 -> "FAILED_PRECONDITION";
            case 11 -> "OUT_OF_RANGE";
            case 14 -> "UNAVAILABLE";
            case 16 -> "UNAUTHENTICATED";
            default -> null;
        };
    }

    private static @Nullable String reason(JsonNode details) {
        for (var detail : details) {
            if (detail.path("@type").asText().endsWith("google.rpc.ErrorInfo")
                    && detail.path("reason").isTextual()) {
                return detail.path("reason").asText();
            }
        }
        return null;
    }

    private static @Nullable Long retryMillis(JsonNode details) {
        for (var detail : details) {
            if (detail.path("@type").asText().endsWith("google.rpc.RetryInfo")) {
                return durationMillis(detail.path("retryDelay"));
            }
        }
        return null;
    }

    /** A duration in Google's JSON form: seconds with up to nine decimals and an {@code s}. */
    private static @Nullable Long durationMillis(JsonNode duration) {
        var text = duration.asText("");
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})?s")) {
            return null;
        }
        return (long) Math.ceil(Double.parseDouble(text.substring(0, text.length() - 1)) * 1000);
    }

    private static String plain(int status, String rawText) {
        var text = rawText.strip();
        return text.isEmpty() || text.startsWith("<") || text.startsWith("{")
                ? "the vendor answered with status " + status
                : text;
    }
}
