package dev.millrace.egress.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.http.SseStream;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.JobUnavailable;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The native reading routes: {@code GET /v1/jobs}, {@code /v1/jobs/:id}, {@code /v1/jobs/:id/events} and {@code /v1/credits}.
 *
 * <p>Errors are problem details. A job of another account is 404, like one that never was.
 */
public final class JobsApi {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    private final Vertx vertx;
    private final JobLog log;
    private final Function<String, Optional<CreditBalance>> balances;
    private final Duration keepAlive;

    /** @param balances the latest balance of an account, by its id; does not block */
    public JobsApi(Vertx vertx, JobLog log, Function<String, Optional<CreditBalance>> balances) {
        this(vertx, log, balances, SseStream.KEEP_ALIVE);
    }

    JobsApi(Vertx vertx, JobLog log, Function<String, Optional<CreditBalance>> balances, Duration keepAlive) {
        this.vertx = vertx;
        this.log = log;
        this.balances = balances;
        this.keepAlive = keepAlive;
    }

    /** Adds the routes. */
    public void mount(ScopedRouter router) {
        router.route(HttpMethod.GET, "/v1/jobs", Scope.JOBS_READ).handler(this::list);
        router.route(HttpMethod.GET, "/v1/jobs/:id", Scope.JOBS_READ).handler(this::status);
        router.route(HttpMethod.GET, "/v1/jobs/:id/events", Scope.JOBS_READ).handler(this::events);
        router.route(HttpMethod.GET, "/v1/credits", Scope.CREDITS_READ).handler(this::credits);
    }

    private void list(RoutingContext context) {
        var asked = context.queryParam("limit");
        var limit = asked.isEmpty() ? OptionalLong.of(DEFAULT_LIMIT) : Numbers.read(asked.getLast(), 1, MAX_LIMIT);
        if (limit.isEmpty()) {
            refuse(context, ErrorCode.INVALID_REQUEST, "limit: must be 1.." + MAX_LIMIT, "limit");
            return;
        }
        answer(
                context,
                log.recent(Principal.of(context).account(), (int) limit.getAsLong()),
                jobs -> json(context, JobJson.list(jobs)));
    }

    private void status(RoutingContext context) {
        withJob(
                context,
                job -> answer(context, log.snapshot(job, Principal.of(context).account()), snapshot -> {
                    JobHeaders.put(context.response(), job);
                    json(context, JobJson.status(snapshot));
                }));
    }

    private void events(RoutingContext context) {
        withJob(context, job -> {
            switch (EventsQuery.read(context.request())) {
                case EventsQuery.Bad(var param, var message) ->
                    refuse(context, ErrorCode.INVALID_REQUEST, message, param);
                case EventsQuery.Native(var after) -> {
                    var writer = new NativeEvents(after);
                    EventsAnswer.begin(vertx, log, keepAlive, context, job, after, writer);
                }
                case EventsQuery.OpenAiChat(var after, var options) -> {
                    // every event is rendered, so that a resumed stream is what the whole one would have been
                    var writer = new ChatEvents(job, options, after);
                    EventsAnswer.begin(vertx, log, keepAlive, context, job, -1, writer);
                }
            }
        });
    }

    private void credits(RoutingContext context) {
        var account = Principal.of(context).account().value();
        var balance = balances.apply(account)
                .orElseGet(() -> CreditBalance.newBuilder().setAccount(account).build());
        json(context, JobJson.credits(balance));
    }

    private static void withJob(RoutingContext context, Consumer<JobId> handler) {
        var id = context.pathParam("id");
        if (JobId.isValid(id)) {
            handler.accept(new JobId(id));
        } else {
            refuse(context, ErrorCode.JOB_NOT_FOUND, "no such job", null);
        }
    }

    private static <T> void answer(RoutingContext context, Future<T> future, Consumer<T> handler) {
        future.onSuccess(handler::accept).onFailure(failure -> {
            if (failure instanceof JobUnavailable unavailable) {
                refuse(context, unavailable.code(), unavailable.getMessage(), null);
            } else {
                context.fail(failure);
            }
        });
    }

    private static void json(RoutingContext context, JsonNode body) {
        var response = context.response();
        if (!response.ended() && !response.closed()) {
            response.putHeader("Content-Type", "application/json").end(body.toString());
        }
    }

    private static void refuse(RoutingContext context, ErrorCode code, String message, @Nullable String param) {
        var detail = code.detail(message);
        detail = param == null
                ? detail
                : ErrorDetail.newBuilder(detail).setParam(param).build();
        ErrorFormat.PROBLEM.send(context.response(), detail);
    }
}
