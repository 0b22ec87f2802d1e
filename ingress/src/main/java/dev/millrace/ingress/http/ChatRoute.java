package dev.millrace.ingress.http;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.openai.ChatDelivery;
import dev.millrace.egress.openai.ChatOptions;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.openai.ChatDialect.Endpoint;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.Published;
import dev.millrace.ingress.publish.RequestSink;
import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code POST /v1/chat/completions}: subscribe, publish, wait for the acknowledgement, hand the response over to egress.
 *
 * <p>Subscribing comes first, so that no result can be missed. Nothing of the answer is written before the log has acknowledged the
 * request.
 */
final class ChatRoute {
    private static final int RETRY_AFTER_SECONDS = 2;

    private final JobLog log;
    private final ChatDelivery deliveries;
    private final Admission admission;
    private final RequestSink requests;
    private final CancelSink cancels;
    private final OpenAnswers open;
    private final Answers answers;
    private final Refusals refusals;

    ChatRoute(
            JobLog log,
            ChatDelivery deliveries,
            Admission admission,
            RequestSink requests,
            CancelSink cancels,
            OpenAnswers open,
            Answers answers) {
        this.log = log;
        this.deliveries = deliveries;
        this.admission = admission;
        this.requests = requests;
        this.cancels = cancels;
        this.open = open;
        this.answers = answers;
        this.refusals = new Refusals(answers);
    }

    void mount(ScopedRouter router, BodyReader bodies) {
        router.route(HttpMethod.POST, "/v1/chat/completions", Scope.INFERENCE)
                .handler(bodies)
                .handler(this::handle);
    }

    private void handle(RoutingContext context) {
        var trace = Tracing.begin(context);
        switch (admission.decide(
                context.request(), BodyReader.of(context), Endpoint.COMPLETIONS, Principal.of(context))) {
            case Admission.Denied(var error) -> answers.error(context, error);
            case Admission.Admitted admitted -> {
                if (open.full()) {
                    answers.retryable(
                            context, ErrorCode.OVERLOADED, "Too many answers are open here.", RETRY_AFTER_SECONDS);
                } else {
                    submit(context, admitted, trace);
                }
            }
        }
    }

    private void submit(RoutingContext context, Admission.Admitted admitted, TraceContext trace) {
        var job = JobId.create(log.choosePartition());
        var account = admitted.principal().account();
        var delivery = deliveries.open(
                job, account, context.response(), options(admitted), gone -> clientGone(gone, admitted, trace));
        var timing = open.begin(admitted.call());
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

    private static ChatOptions options(Admission.Admitted admitted) {
        var call = admitted.call();
        return new ChatOptions(
                call.stream(),
                call.includeUsage(),
                call.options().acceptRestart(),
                call.model(),
                admitted.idempotencyKey() != null);
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
