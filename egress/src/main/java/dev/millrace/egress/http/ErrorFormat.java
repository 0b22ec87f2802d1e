package dev.millrace.egress.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.error.ErrorCode;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** The shape of an error body. */
public enum ErrorFormat {
    /**
     * {@code {"error":{"message","type","param","code"}}}.
     *
     * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI error codes</a>
     */
    OPENAI("application/json") {
        @Override
        public ObjectNode body(ErrorDetail error) {
            var body = JsonNodeFactory.instance.objectNode();
            body.putObject("error")
                    .put("message", error.getMessage())
                    .put("type", openAiType(status(error)))
                    .put("param", error.getParam())
                    .put("code", error.getCode());
            return body;
        }
    },
    /**
     * Problem details as {@code application/problem+json}; {@code type} is {@code urn:millrace:error:<code>}, and the members
     * {@code code}, {@code param}, {@code retryable}, {@code vendor_status} and {@code vendor_code} are added.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
     */
    PROBLEM("application/problem+json") {
        @Override
        public ObjectNode body(ErrorDetail error) {
            var body = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "urn:millrace:error:" + error.getCode())
                    .put("title", error.getCode().replace('_', ' '))
                    .put("status", status(error))
                    .put("detail", error.getMessage())
                    .put("code", error.getCode())
                    .put("retryable", error.getRetryable());
            if (error.getParam() != null) {
                body.put("param", error.getParam());
            }
            if (error.getVendorStatus() != null) {
                body.put("vendor_status", error.getVendorStatus());
            }
            if (error.getVendorCode() != null) {
                body.put("vendor_code", error.getVendorCode());
            }
            return body;
        }
    };

    private static final List<String> NATIVE_PATHS =
            List.of("/v1/jobs", "/v1/credits", "/v1/run", "/v1/rerank", "/v1/keys", "/v1/accounts");

    private final String contentType;

    ErrorFormat(String contentType) {
        this.contentType = contentType;
    }

    /** The error as a JSON body. */
    public abstract ObjectNode body(ErrorDetail error);

    /** The format of the dialect that a path belongs to: problem details on native routes, OpenAI's object elsewhere. */
    public static ErrorFormat ofPath(String path) {
        return NATIVE_PATHS.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"))
                ? PROBLEM
                : OPENAI;
    }

    /**
     * Status, {@code Retry-After} where the error says, and body; ends the response. Other headers stay as the caller set them. Does
     * nothing when the response has ended or its connection is gone.
     */
    public void send(HttpServerResponse response, ErrorDetail error) {
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status(error)).putHeader("Content-Type", contentType);
        if (error.getRetryAfterMillis() != null) {
            long seconds = Math.max(1, Math.ceilDiv(error.getRetryAfterMillis(), 1000L));
            response.putHeader("Retry-After", Long.toString(seconds));
        } else if (status(error) == ErrorCode.OVERLOADED.httpStatus()) {
            response.putHeader("Retry-After", "1");
        }
        response.end(body(error).toString());
    }

    /** The error's HTTP status, 500 where a record says something that is none of an error. */
    public static int status(ErrorDetail error) {
        return error.getHttpStatus() >= 400 && error.getHttpStatus() <= 599 ? error.getHttpStatus() : 500;
    }

    private static String openAiType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }
}
