package dev.millrace.ingress.http;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.error.ErrorCode;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Answers what is not an HTTP request, or is one beyond the limits, and closes the connection. */
final class InvalidRequests implements Handler<HttpServerRequest> {
    private final HttpLimits limits;

    InvalidRequests(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public void handle(HttpServerRequest request) {
        var error = switch (request.decoderResult().cause()) {
            case TooLongHttpLineException _ ->
                error(
                        ErrorCode.REQUEST_TOO_LARGE,
                        414,
                        "The request line is longer than " + limits.maxUriChars() + " characters.");
            case TooLongHttpHeaderException _ ->
                error(
                        ErrorCode.REQUEST_TOO_LARGE,
                        431,
                        "The headers are larger than " + limits.maxHeaderBytes() + " bytes.");
            case null, default -> error(ErrorCode.INVALID_REQUEST, 400, "This is not a valid HTTP request.");
        };
        var connection = request.connection();
        var response = request.response();
        response.putHeader("connection", "close");
        ErrorFormat.OPENAI.send(response, error);
        if (!response.closed()) {
            var _ = connection.close();
        }
    }

    private static ErrorDetail error(ErrorCode code, int status, String message) {
        return ErrorDetail.newBuilder(code.detail(message))
                .setHttpStatus(status)
                .build();
    }
}
