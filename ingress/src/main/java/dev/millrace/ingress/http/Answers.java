package dev.millrace.ingress.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.log.JobUnavailable;
import dev.millrace.error.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/** Writes answers of our own: JSON, and errors in the dialect of the path. Does nothing when the client has gone. */
final class Answers {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final int RETRY_AFTER_SECONDS = 5;

    private final MeterRegistry meters;

    Answers(MeterRegistry meters) {
        this.meters = meters;
    }

    /** An error in the dialect of the path; counted as a rejection. */
    void error(RoutingContext context, ErrorDetail error) {
        meters.counter("millrace.ingress.rejections", "error.type", error.getCode())
                .increment();
        var response = context.response();
        if (!response.ended() && !response.closed()) {
            ErrorFormat.ofPath(context.request().path()).send(response, error);
        }
    }

    void error(RoutingContext context, ErrorCode code, String message) {
        error(context, code.detail(message));
    }

    /** An error that the client may try again after {@code seconds}. */
    void retryable(RoutingContext context, ErrorCode code, String message, int seconds) {
        error(
                context,
                ErrorDetail.newBuilder(code.detail(message))
                        .setRetryable(true)
                        .setRetryAfterMillis(TimeUnit.SECONDS.toMillis(seconds))
                        .build());
    }

    /** What a question to the log failed with. */
    void unavailable(RoutingContext context, Throwable failure) {
        if (!(failure instanceof JobUnavailable unavailable)) {
            context.fail(failure);
        } else if (unavailable.code().httpStatus() == 503) {
            retryable(context, unavailable.code(), String.valueOf(unavailable.getMessage()), RETRY_AFTER_SECONDS);
        } else {
            error(context, unavailable.code(), String.valueOf(unavailable.getMessage()));
        }
    }

    /** A JSON body. */
    void json(RoutingContext context, int status, JsonNode body) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("content-type", "application/json");
        var _ = response.end(buffer(body));
    }

    /** A body in the words of a dialect. */
    void body(RoutingContext context, Body body) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.putHeader("content-type", body.contentType());
        var _ = response.end(body.content());
    }

    private static Buffer buffer(JsonNode body) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }
}
