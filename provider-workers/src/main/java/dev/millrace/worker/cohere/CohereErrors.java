package dev.millrace.worker.cohere;

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
 * Tells what kind of failure a reply is; the body says why in {@code message}.
 *
 * @see <a href="https://docs.cohere.com/reference/errors">Cohere, errors</a>
 */
final class CohereErrors {
    private CohereErrors() {}

    static VendorResult classify(Reply reply, InstantSource clock) {
        var words = message(reply.json(), reply.text());
        var error = new VendorError(
                reply.status(), null, words.isEmpty() ? "the vendor answered with status " + reply.status() : words);
        var wait = RetryAfter.millis(reply.headers(), clock);
        return switch (reply.status()) {
            case 429 -> new Throttled(error, wait);
            case 408, 409, 425, 499 -> new Unavailable(error, wait);
            default -> reply.status() >= 500 ? new Unavailable(error, wait) : new Refused(error);
        };
    }

    private static String message(@Nullable JsonNode body, String text) {
        if (body == null || !body.isObject()) {
            return text.strip().startsWith("<") ? "" : text.strip();
        }
        for (var name : new String[] {"message", "detail", "error"}) {
            if (body.path(name).isTextual()) {
                return body.path(name).asText();
            }
        }
        return body.path("error").path("message").asText();
    }
}
