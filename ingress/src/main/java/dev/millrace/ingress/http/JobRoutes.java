package dev.millrace.ingress.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.JobsDialect;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.Published;
import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * {@code POST /v1/jobs} and {@code DELETE /v1/jobs/:id}.
 *
 * <p>A submit takes the body of the operation that its member {@code operation} names, a chat completion where it names none, and answers
 * 202 once the request is on the log; the result is read from the links of the answer. With an idempotency key it waits for the router's verdict, and a repeated submit is told the first job. A delete
 * answers 202 when the order to stop is on the log, and 200 with the status when the job has ended already: deleting twice is no
 * error.
 */
final class JobRoutes {
    private final JobLog log;
    private final JobsDialect dialect;
    private final Admission admission;
    private final Submission submission;
    private final CancelSink cancels;
    private final Answers answers;
    private final Refusals refusals;

    JobRoutes(
            JobLog log,
            JobsDialect dialect,
            Admission admission,
            Submission submission,
            CancelSink cancels,
            Answers answers) {
        this.log = log;
        this.dialect = dialect;
        this.admission = admission;
        this.submission = submission;
        this.cancels = cancels;
        this.answers = answers;
        this.refusals = new Refusals(answers);
    }

    void mount(ScopedRouter router, BodyReader bodies) {
        router.route(HttpMethod.POST, "/v1/jobs", Scope.INFERENCE)
                .handler(bodies)
                .handler(this::submit);
        router.route(HttpMethod.DELETE, "/v1/jobs/:id", Scope.JOBS_CANCEL).handler(this::cancel);
    }

    private void submit(RoutingContext context) {
        var trace = Tracing.begin(context);
        switch (admission.decide(context, dialect, Principal.of(context))) {
            case Admission.Denied(var error) -> answers.error(context, error);
            case Admission.Admitted admitted ->
                submission.publish(context, admitted, trace, (job, replayed) -> accepted(context, job, replayed));
        }
    }

    private void accepted(RoutingContext context, JobId job, boolean replayed) {
        var body = described(job, replayed ? "existing" : "queued");
        body.put("replayed", replayed);
        context.response().putHeader("location", path(job));
        answers.json(context, 202, body);
    }

    private void cancel(RoutingContext context) {
        var trace = Tracing.begin(context);
        var id = context.pathParam("id");
        if (!JobId.isValid(id)) {
            answers.error(context, ErrorCode.JOB_NOT_FOUND, "There is no such job.");
            return;
        }
        var job = new JobId(id);
        var _ = log.snapshot(job, Principal.of(context).account())
                .onSuccess(snapshot -> cancel(context, snapshot, trace))
                .onFailure(failure -> answers.unavailable(context, failure));
    }

    private void cancel(RoutingContext context, JobSnapshot snapshot, TraceContext trace) {
        var job = snapshot.id();
        var terminal = snapshot.terminal();
        if (terminal != null) {
            answers.json(
                    context, 200, described(job, terminal.getStatus().name().toLowerCase(Locale.ROOT)));
            return;
        }
        var account = Principal.of(context).account();
        var _ = cancels.cancel(job, account, "requested", trace).onSuccess(published -> {
            if (published instanceof Published.Acknowledged) {
                answers.json(context, 202, described(job, "cancelling"));
            } else {
                refusals.answer(context, job, published);
            }
        });
    }

    private static ObjectNode described(JobId job, String status) {
        var body = Answers.JSON.createObjectNode();
        body.put("id", job.value());
        body.put("object", "job");
        body.put("status", status);
        var links = body.putObject("links");
        links.put("self", path(job));
        links.put("events", path(job) + "/events");
        return body;
    }

    private static String path(JobId job) {
        return "/v1/jobs/" + job.value();
    }
}
