package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells from status and body what kind of failure a reply is, whatever shape the vendor's error body has: {@code error}, {@code detail},
 * {@code message}, {@code err_msg} or {@code title}, as a text, an object or a list of complaints, or plain text.
 */
public final class VendorFailures {
    private static final String[] WORDS = {"message", "msg", "err_msg", "detail", "title", "error", "status_msg"};
    private static final String[] CODES = {"code", "err_code", "error_code", "status_code", "type", "status"};
    private static final int MAX_DEPTH = 4;

    private VendorFailures() {}

    /** The result of a reply without a status of success. */
    public static VendorResult of(Reply reply) {
        return of(reply.status(), reply.text(), RetryAfter.millis(reply.headers(), InstantSource.system()));
    }

    /** The result of a reply with an error status. */
    public static VendorResult of(int status, String body, @Nullable Long retryAfterMillis) {
        return of(status, error(status, body), retryAfterMillis);
    }

    /** The result of an error with a status, which may be the vendor's own and not HTTP's. */
    public static VendorResult of(int status, VendorError error, @Nullable Long retryAfterMillis) {
        return switch (status) {
            case 429, 529 -> new Throttled(error, retryAfterMillis);
            case 408, 409, 425, 499 -> new Unavailable(error, retryAfterMillis);
            default -> status >= 500 ? new Unavailable(error, retryAfterMillis) : new Refused(error);
        };
    }

    /** What a body says was wrong. */
    public static VendorError error(int status, String body) {
        var node = JsonText.readOrNull(body);
        if (node == null || node.isMissingNode()) {
            var text = body.strip();
            boolean says = !text.isEmpty() && !text.startsWith("<");
            return new VendorError(status, null, says ? text : "the vendor answered with status " + status);
        }
        return error(status, node);
    }

    public static VendorError error(int status, JsonNode node) {
        var words = words(node, MAX_DEPTH);
        return new VendorError(
                status, code(node, MAX_DEPTH), words == null ? "the vendor answered with status " + status : words);
    }

    private static @Nullable String words(JsonNode node, int depth) {
        if (node.isTextual()) {
            return node.asText().isBlank() ? null : node.asText();
        }
        if (depth == 0) {
            return null;
        }
        if (node.isArray()) {
            return node.isEmpty() ? null : words(node.get(0), depth - 1);
        }
        for (var name : WORDS) {
            var found = words(node.path(name), depth - 1);
            if (found != null) {
                return node.path("loc").isArray() ? found + " at " + node.path("loc") : found;
            }
        }
        return null;
    }

    private static @Nullable String code(JsonNode node, int depth) {
        if (node.isArray() && !node.isEmpty()) {
            return code(node.get(0), depth - 1);
        }
        if (!node.isObject() || depth <= 0) {
            return null;
        }
        for (var name : new String[] {"error", "detail", "base_resp"}) {
            var inner = code(node.path(name), depth - 1);
            if (inner != null) {
                return inner;
            }
        }
        for (var name : CODES) {
            var value = node.path(name);
            if ((value.isTextual() && !value.asText().isEmpty()) || value.isNumber()) {
                return value.asText();
            }
        }
        return null;
    }
}
