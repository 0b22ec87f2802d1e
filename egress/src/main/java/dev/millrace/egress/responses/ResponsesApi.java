package dev.millrace.egress.responses;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.delivery.AnswerDelivery;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.JobUnavailable;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/**
 * {@code GET /v1/responses/:id}: the response as far as it has come, or with {@code stream=true} its events after
 * {@code starting_after} (else {@code Last-Event-ID}), on any replica, for as long as the topic keeps them.
 */
public final class ResponsesApi {
    private static final Pattern NUMBER = Pattern.compile("-1|[0-9]{1,15}");

    private final ResponseReading reading;
    private final AnswerDelivery deliveries;

    public ResponsesApi(Vertx vertx, JobLog log) {
        this.reading = new ResponseReading(vertx, log);
        this.deliveries = new AnswerDelivery(vertx, log);
    }

    /** Adds the route. */
    public void mount(ScopedRouter router) {
        router.route(HttpMethod.GET, "/v1/responses/:id", Scope.JOBS_READ).handler(this::read);
    }

    private void read(RoutingContext context) {
        var job = ResponseIds.job(context.pathParam("id")).orElse(null);
        if (job == null) {
            refuse(context, ErrorCode.JOB_NOT_FOUND.detail("no such response"));
        } else if (Boolean.parseBoolean(context.request().getParam("stream", "false"))) {
            stream(context, job);
        } else {
            var account = Principal.of(context).account();
            reading.now(job, account)
                    .onSuccess(body -> {
                        JobHeaders.put(context.response(), job);
                        context.response()
                                .putHeader("Content-Type", "application/json")
                                .end(body.toString());
                    })
                    .onFailure(failure -> refuse(context, failure));
        }
    }

    private void stream(RoutingContext context, JobId job) {
        var header = context.request().getHeader("Last-Event-ID");
        var asked = context.request().getParam("starting_after", header == null ? "-1" : header);
        if (!NUMBER.matcher(asked).matches()) {
            var detail = ErrorCode.INVALID_REQUEST.detail("starting_after: must be the sequence_number of an event");
            refuse(
                    context,
                    ErrorDetail.newBuilder(detail).setParam("starting_after").build());
            return;
        }
        long after = Long.parseLong(asked);
        var account = Principal.of(context).account();
        reading.options(job, account)
                .onSuccess(options -> deliveries.replay(
                        job, account, context.response(), id -> new ResponsesStream(id, options, after)))
                .onFailure(failure -> refuse(context, failure));
    }

    private static void refuse(RoutingContext context, Throwable failure) {
        if (failure instanceof JobUnavailable unavailable) {
            refuse(context, unavailable.code().detail(unavailable.getMessage()));
        } else {
            context.fail(failure);
        }
    }

    private static void refuse(RoutingContext context, ErrorDetail error) {
        ErrorFormat.ofPath(context.request().path()).send(context.response(), error);
    }
}
