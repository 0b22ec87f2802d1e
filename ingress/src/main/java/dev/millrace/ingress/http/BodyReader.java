package dev.millrace.ingress.http;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.error.ErrorCode;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads a body into memory, JSON or also a form with files, counting while it streams: a body over the limit is answered 413 at once and never held.
 *
 * <p>What a refused client still sends is thrown away, up to a bound and a time, so that it gets to read the answer; then the
 * connection is closed. A client that asks first ({@code Expect: 100-continue}) is refused before it sends.
 */
final class BodyReader implements Handler<RoutingContext> {
    private static final String CONTEXT_KEY = "millrace.body";
    private static final long MIN_DISCARD_BYTES = 24 << 20;

    private final Vertx vertx;
    private final HttpLimits limits;
    private final BodyBudget budget;
    private final Answers answers;
    private final boolean forms;

    BodyReader(Vertx vertx, HttpLimits limits, BodyBudget budget, Answers answers) {
        this(vertx, limits, budget, answers, false);
    }

    private BodyReader(Vertx vertx, HttpLimits limits, BodyBudget budget, Answers answers, boolean forms) {
        this.vertx = vertx;
        this.limits = limits;
        this.budget = budget;
        this.answers = answers;
        this.forms = forms;
    }

    /** A reader that also takes {@code multipart/form-data}. */
    BodyReader withForms() {
        return new BodyReader(vertx, limits, budget, answers, true);
    }

    /** Whether the body of a request is a form, by its head. */
    static boolean isForm(HttpServerRequest request) {
        var type = request.getHeader("content-type");
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    /** The body of a route that has a reader. */
    static byte[] of(RoutingContext context) {
        return Objects.requireNonNull(context.<Buffer>get(CONTEXT_KEY)).getBytes();
    }

    @Override
    public void handle(RoutingContext context) {
        var request = context.request();
        if (!isJson(request) && !(forms && isForm(request))) {
            answers.error(
                    context,
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    forms
                            ? "The body must be multipart/form-data, or JSON in UTF-8, without Content-Encoding."
                            : "The body must be JSON in UTF-8: send 'Content-Type: application/json' and no"
                                    + " Content-Encoding.");
            discard(request, 0);
        } else if (announcedBytes(request) > maxBytes(request)) {
            tooLarge(context, 0);
        } else {
            if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
                var _ = context.response().writeContinue();
            }
            read(context);
        }
    }

    private int maxBytes(HttpServerRequest request) {
        return isForm(request) ? limits.maxUploadBytes() : limits.maxBodyBytes();
    }

    private static boolean isJson(HttpServerRequest request) {
        var encoding = request.getHeader("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return false;
        }
        var header = request.getHeader("content-type");
        if (header == null) {
            return true;
        }
        var fields = header.toLowerCase(Locale.ROOT).split(";", -1);
        var type = fields[0].strip();
        for (int i = 1; i < fields.length; i++) {
            var field = fields[i].strip();
            if (field.startsWith("charset=")
                    && !field.substring(8).replace("\"", "").equals("utf-8")) {
                return false;
            }
        }
        return type.equals("application/json") || (type.startsWith("application/") && type.endsWith("+json"));
    }

    private static long announcedBytes(HttpServerRequest request) {
        var length = request.getHeader("content-length");
        return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1;
    }

    private void read(RoutingContext context) {
        var request = context.request();
        var body = Buffer.buffer();
        int max = maxBytes(request);
        context.addEndHandler(_ -> budget.giveBack(body.length()));
        long timer = vertx.setTimer(limits.bodyTimeout().toMillis(), late -> {
            answers.error(
                    context,
                    ErrorCode.REQUEST_TIMEOUT,
                    "The body did not arrive within " + limits.bodyTimeout().toSeconds() + " s.");
            discard(request, 0);
        });
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
        request.endHandler(end -> {
            if (vertx.cancelTimer(timer)) {
                context.put(CONTEXT_KEY, body);
                context.next();
            }
        });
        request.handler(chunk -> {
            if (body.length() + chunk.length() > max) {
                if (vertx.cancelTimer(timer)) {
                    tooLarge(context, body.length());
                }
            } else if (budget.take(chunk.length())) {
                body.appendBuffer(chunk);
            } else if (vertx.cancelTimer(timer)) {
                answers.retryable(context, ErrorCode.OVERLOADED, "Too many bodies are being read here.", 1);
                discard(request, body.length());
            }
        });
    }

    private void tooLarge(RoutingContext context, int alreadyRead) {
        answers.error(
                context,
                ErrorDetail.newBuilder(ErrorCode.REQUEST_TOO_LARGE.detail("The body is larger than the limit of "
                                + maxBytes(context.request()) + " bytes. Send large media by URL or file id."))
                        .build());
        discard(context.request(), alreadyRead);
    }

    private long maxDiscardBytes() {
        return Math.max(MIN_DISCARD_BYTES, 2L * limits.maxBodyBytes());
    }

    private void discard(HttpServerRequest request, long alreadyRead) {
        if (request.isEnded()) {
            return;
        }
        var connection = request.connection();
        long timer = vertx.setTimer(limits.bodyTimeout().toMillis(), late -> {
            var _ = connection.close();
        });
        long[] discarded = {alreadyRead};
        request.endHandler(end -> vertx.cancelTimer(timer));
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
        request.handler(chunk -> {
            discarded[0] += chunk.length();
            if (discarded[0] > maxDiscardBytes()) {
                var _ = connection.close();
            }
        });
    }
}
