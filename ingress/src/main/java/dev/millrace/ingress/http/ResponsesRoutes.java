package dev.millrace.ingress.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.Message;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.log.JobUnavailable;
import dev.millrace.egress.responses.ResponseIds;
import dev.millrace.egress.responses.ResponseReading;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.Published;
import dev.millrace.ingress.responses.ResponsesDialect;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/responses}, {@code POST /v1/responses/:id/cancel} and {@code DELETE /v1/responses/:id}.
 *
 * <p>A request that goes on from an earlier response, or refers to an item of one, is completed from the log first: the log is the store,
 * for as long as the topics keep it. Deleting is refused: a log forgets by age.
 */
final class ResponsesRoutes {
    private static final long CANCEL_WAIT_MILLIS = 3000;
    private static final int MAX_REFERRED_JOBS = 16;

    private final ResponsesDialect dialect;
    private final StrictJson json;
    private final ResponseReading reading;
    private final InferenceRoutes inference;
    private final CancelSink cancels;
    private final Answers answers;
    private final Refusals refusals;

    ResponsesRoutes(
            StrictJson json, ResponseReading reading, InferenceRoutes inference, CancelSink cancels, Answers answers) {
        this.json = json;
        this.dialect = new ResponsesDialect(json);
        this.reading = reading;
        this.inference = inference;
        this.cancels = cancels;
        this.answers = answers;
        this.refusals = new Refusals(answers);
    }

    void mount(ScopedRouter router, BodyReader bodies) {
        router.route(HttpMethod.POST, "/v1/responses", Scope.INFERENCE)
                .handler(bodies)
                .handler(this::create);
        router.route(HttpMethod.POST, "/v1/responses/:id/cancel", Scope.JOBS_CANCEL)
                .handler(this::cancel);
        router.route(HttpMethod.DELETE, "/v1/responses/:id", Scope.JOBS_CANCEL).handler(this::delete);
    }

    /** What a body refers to. */
    private record References(@Nullable String previous, Map<String, JobId> items) {
        boolean isEmpty() {
            return previous == null && items.isEmpty();
        }
    }

    private void create(RoutingContext context) {
        References references;
        try {
            references = references(json.object(BodyReader.of(context)).node());
        } catch (Mistake mistake) {
            answers.error(context, mistake.detail());
            return;
        }
        if (references.isEmpty()) {
            inference.handle(context, dialect);
            return;
        }
        var account = Principal.of(context).account();
        resolve(references, account)
                .onSuccess(earlier -> inference.handle(context, dialect.after(earlier)))
                .onFailure(failure -> unavailable(context, failure));
    }

    private static References references(ObjectNode body) {
        var previous = body.path("previous_response_id");
        if (!previous.isMissingNode() && !previous.isNull() && !previous.isTextual()) {
            throw Mistake.invalid(
                    "previous_response_id", "Invalid type for 'previous_response_id': expected a string.");
        }
        var items = new HashMap<String, JobId>();
        for (JsonNode item : body.path("input")) {
            if (item.path("type").asText().equals("item_reference")) {
                var id = item.path("id").asText();
                ResponseIds.jobOfItem(id).ifPresent(job -> items.put(id, job));
            }
        }
        if (Set.copyOf(items.values()).size() > MAX_REFERRED_JOBS) {
            throw Mistake.invalid(
                    "input", "Invalid 'input': refers to items of more than " + MAX_REFERRED_JOBS + " responses.");
        }
        return new References(previous.isTextual() ? previous.asText() : null, items);
    }

    private Future<ResponsesDialect.Earlier> resolve(References references, AccountId account) {
        Future<List<Message>> conversation = references.previous() == null
                ? Future.succeededFuture(List.of())
                : conversation(references.previous(), account);
        return conversation.compose(
                messages -> items(references, account).map(items -> new ResponsesDialect.Earlier(messages, items)));
    }

    private Future<List<Message>> conversation(String responseId, AccountId account) {
        var job = ResponseIds.job(responseId).orElse(null);
        if (job == null) {
            return Future.failedFuture(gone(ErrorCode.JOB_NOT_FOUND, responseId, "was not made here"));
        }
        return reading.earlier(job, account)
                .recover(failure -> Future.failedFuture(
                        failure instanceof JobUnavailable unavailable
                                ? gone(unavailable.code(), responseId, String.valueOf(unavailable.getMessage()))
                                : failure))
                .map(earlier -> {
                    var messages = new ArrayList<Message>();
                    earlier.input().getMessages().stream()
                            .filter(message -> !message.getExtensions().containsKey(ResponsesMarks.INSTRUCTIONS))
                            .forEach(messages::add);
                    messages.addAll(dialect.messages(earlier.output().toString()));
                    return messages;
                });
    }

    private static JobUnavailable gone(ErrorCode code, String responseId, String why) {
        return new JobUnavailable(
                code, "previous_response_id: response '" + responseId + "' cannot be gone on from: " + why);
    }

    private Future<Map<String, String>> items(References references, AccountId account) {
        Future<Map<String, String>> all = Future.succeededFuture(new HashMap<>());
        for (var job : new LinkedHashSet<>(references.items().values())) {
            all = all.compose(found -> reading.earlier(job, account).map(earlier -> {
                earlier.output().forEach(item -> found.put(item.path("id").asText(), item.toString()));
                return found;
            }));
        }
        return all;
    }

    private void cancel(RoutingContext context) {
        var trace = Tracing.begin(context);
        var account = Principal.of(context).account();
        withJob(
                context,
                job -> reading.now(job, account)
                        .onSuccess(response -> {
                            if (!isOpen(response)) {
                                answers.json(context, 200, response);
                                return;
                            }
                            var _ = cancels.cancel(job, account, "requested", trace)
                                    .onSuccess(published -> {
                                        if (published instanceof Published.Acknowledged) {
                                            settled(context, job, account);
                                        } else {
                                            refusals.answer(context, job, published);
                                        }
                                    });
                        })
                        .onFailure(failure -> unavailable(context, failure)));
    }

    private void settled(RoutingContext context, JobId job, AccountId account) {
        reading.settled(job, account, CANCEL_WAIT_MILLIS)
                .onSuccess(response -> answers.json(context, 200, response))
                .onFailure(failure -> unavailable(context, failure));
    }

    private static boolean isOpen(ObjectNode response) {
        var status = response.path("status").asText();
        return status.equals("queued") || status.equals("in_progress");
    }

    private void delete(RoutingContext context) {
        withJob(
                context,
                job -> answers.error(
                        context,
                        ErrorDetail.newBuilder(ErrorCode.UNSUPPORTED_PARAMETER.detail("Response '" + ResponseIds.of(job)
                                        + "' lies on the log and goes with it, by age; it cannot be deleted alone."
                                        + " A running one is stopped by POST /v1/responses/{id}/cancel."))
                                .setParam("id")
                                .build()));
    }

    private interface WithJob {
        void accept(JobId job);
    }

    private void withJob(RoutingContext context, WithJob handler) {
        var job = ResponseIds.job(context.pathParam("id")).orElse(null);
        if (job == null) {
            answers.error(context, ErrorCode.JOB_NOT_FOUND, "There is no such response.");
        } else {
            handler.accept(job);
        }
    }

    private void unavailable(RoutingContext context, Throwable failure) {
        if (failure instanceof JobUnavailable unavailable) {
            answers.error(context, unavailable.code(), String.valueOf(unavailable.getMessage()));
        } else {
            context.fail(failure);
        }
    }
}
