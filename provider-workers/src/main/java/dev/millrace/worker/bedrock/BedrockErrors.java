package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.provider.RetryAfter;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells what kind of failure a reply or an exception in a stream is. The type stands in the header {@code x-amzn-errortype}, or in the body
 * as {@code __type}; the body says why in {@code message} or {@code Message}.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors">AWS, errors of Converse</a>
 */
final class BedrockErrors {
    private BedrockErrors() {}

    /** The result of an HTTP reply that is none of 2xx. */
    static VendorResult classify(Reply reply, InstantSource clock) {
        var body = reply.json();
        var header = reply.headers().get("x-amzn-errortype").orElse("");
        var type = plain(header.isEmpty() && body != null ? body.path("__type").asText() : header);
        var words = message(body, reply.text());
        var error = new VendorError(
                reply.status(),
                type.isEmpty() ? null : type,
                words.isEmpty() ? "the vendor answered with status " + reply.status() : words);
        return result(error, RetryAfter.millis(reply.headers(), clock));
    }

    /** The result of an exception, or an error, in a stream. */
    static VendorResult inStream(String type, JsonNode payload, String words) {
        var plain = plain(type);
        int original = payload.path("originalStatusCode").asInt(0);
        int status = status(plain);
        var message = message(payload, words);
        var error = new VendorError(
                status == 424 && original == 429 ? original : status,
                plain.isEmpty() ? null : plain,
                message.isEmpty() ? "the stream ended with " + plain : message);
        return result(error, null);
    }

    /** {@code com.amazon#ValidationException:http://…} is {@code ValidationException}; streams begin it in lower case. */
    private static String plain(String type) {
        var name = type.substring(type.indexOf('#') + 1);
        int colon = name.indexOf(':');
        name = colon < 0 ? name : name.substring(0, colon);
        return name.isEmpty() ? "" : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private static String message(@Nullable JsonNode body, String otherwise) {
        if (body == null || !body.isObject()) {
            return otherwise.strip().startsWith("<") ? "" : otherwise.strip();
        }
        var message = body.path("message").asText("");
        message = message.isEmpty() ? body.path("Message").asText("") : message;
        message = message.isEmpty() ? otherwise.strip().startsWith("{") ? "" : otherwise.strip() : message;
        var original = body.path("originalMessage").asText("");
        return original.isEmpty() || original.equals(message) ? message : message + ": " + original;
    }

    private static int status(String type) {
        return switch (type) {
            case "ValidationException", "ConflictException", "ServiceQuotaExceededException" -> 400;
            case "AccessDeniedException" -> 403;
            case "ResourceNotFoundException" -> 404;
            case "ModelTimeoutException" -> 408;
            case "ModelErrorException", "ModelStreamErrorException" -> 424;
            case "ThrottlingException", "ModelNotReadyException" -> 429;
            case "ServiceUnavailableException" -> 503;
            default -> 500;
        };
    }

    private static VendorResult result(VendorError error, @Nullable Long retryAfterMillis) {
        // A quota of tokens or requests over a day comes as a bad request.
        boolean quota = "ServiceQuotaExceededException".equals(error.code());
        return switch (error.status()) {
            case 429 -> new Throttled(error, retryAfterMillis);
            case 408, 409, 424 -> new Unavailable(error, retryAfterMillis);
            default -> {
                if (quota) {
                    yield new Throttled(error, retryAfterMillis);
                }
                yield error.status() >= 500 ? new Unavailable(error, retryAfterMillis) : new Refused(error);
            }
        };
    }
}
