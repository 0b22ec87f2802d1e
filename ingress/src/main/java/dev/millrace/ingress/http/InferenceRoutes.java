package dev.millrace.ingress.http;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.delivery.AnswerDelivery;
import dev.millrace.egress.log.JobLog;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Dialect;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.Published;
import dev.millrace.ingress.publish.RequestSink;
import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/**
 * Every route that has a model do something: subscribe, publish, wait for the acknowledgement, hand the response over to egress. What the
 * routes differ in is their {@link Dialect}.
 *
 * <p>Subscribing comes first, so that no result can be missed. Nothing of the answer is written before the log has acknowledged the
 * request.
 */
final class InferenceRoutes {
    private static final int RETRY_AFTER_SECONDS = 2;

    private final JobLog log;
    private final AnswerDelivery deliveries;
    private final Admission admission;
    private final RequestSink requests;
    private final Submission submission;
    private final CancelSink cancels;
    private final OpenAnswers open;
    private final Answers answers;
    private final Refusals refusals;

    InferenceRoutes(
            JobLog log,
            AnswerDelivery deliveries,
            Admission admission,
            RequestSink requests,
            Submission submission,
            CancelSink cancels,
            OpenAnswers open,
            Answers answers) {
        this.log = log;
        this.deliveries = deliveries;
        this.admission = admission;
        this.requests = requests;
        this.submission = submission;
        this.cancels = cancels;
        this.open = open;
        this.answers = answers;
        this.refusals = new Refusals(answers);
    }

    /** Adds {@code POST path}; {@code bodies} reads what the dialect takes. */
    void mount(ScopedRouter router, BodyReader bodies, String path, Dialect dialect) {
        router.route(HttpMethod.POST, path, Scope.INFERENCE)
                .handler(bodies)
                .handler(context -> handle(context, dialect));
    }

    /** Answers a request whose body has been read. */
    void handle(RoutingContext context, Dialect dialect) {
        var trace = Tracing.begin(context);
        switch (admission.decide(context, dialect, Principal.of(context))) {
            case Admission.Denied(var error) -> answers.error(context, error);
            case Admission.Admitted admitted -> {
                switch (admitted.call().answer()) {
                    case Answer.Awaited awaited -> await(context, admitted, awaited, trace);
                    case Answer.Immediate(var body) -> {
                        var _ = context.vertx()
                                .executeBlocking(body::get, false)
                                .onComplete(made -> answers.body(context, made), context::fail);
                    }
                    case Answer.Detached detached ->
                        submission.publish(
                                context,
                                admitted,
                                trace,
                                (job, replayed) ->
                                        answers.body(context, detached.body().apply(job)));
                }
            }
        }
    }

    private void await(
            RoutingContext context, Admission.Admitted admitted, Answer.Awaited awaited, TraceContext trace) {
        if (open.full()) {
            answers.retryable(context, ErrorCode.OVERLOADED, "Too many answers are open here.", RETRY_AFTER_SECONDS);
        } else {
            submit(context, admitted, awaited, trace);
        }
    }

    private void submit(
            RoutingContext context, Admission.Admitted admitted, Answer.Awaited awaited, TraceContext trace) {
        var job = JobId.create(log.choosePartition());
        var account = admitted.principal().account();
        var delivery = deliveries.open(
                job, account, context.response(), awaited.formats(), gone -> clientGone(gone, admitted, trace));
        var timing = open.begin(admitted.call().operation(), awaited.stream());
        var _ = requests.publish(admitted.request(job), trace).onSuccess(published -> {
            if (published instanceof Published.Acknowledged) {
                delivery.accepted();
            } else {
                delivery.withdraw();
                refusals.answer(context, job, published);
                timing.end(context.response().getStatusCode());
            }
        });
        var _ = delivery.ended()
                .onSuccess(ended -> timing.end(context.response().getStatusCode()));
    }

    private void clientGone(JobId job, Admission.Admitted admitted, TraceContext trace) {
        if (policy(admitted) == OnDisconnect.CANCEL) {
            var _ = cancels.cancel(job, admitted.principal().account(), "client-gone", trace);
        }
    }

    /** What the request says, else what the account says, else finish. */
    private OnDisconnect policy(Admission.Admitted admitted) {
        var asked = admitted.call().options().onDisconnect();
        return asked != OnDisconnect.ACCOUNT_DEFAULT
                ? asked
                : admission
                        .account(admitted.principal())
                        .map(AccountRecord::getOnDisconnect)
                        .orElse(OnDisconnect.FINISH);
    }
}
