package dev.millrace.ingress.http;

import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.log.JobLog;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.publish.Published;
import dev.millrace.ingress.publish.RequestSink;
import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.job.JobId;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a call whose outcome is read elsewhere, and answers once the log has acknowledged it. With an idempotency key it waits for the
 * router's verdict first, and a repeated submit is told the first job.
 */
final class Submission {
    private static final int RETRY_AFTER_SECONDS = 5;

    private final JobLog log;
    private final Verdicts verdicts;
    private final RequestSink requests;
    private final Answers answers;
    private final Refusals refusals;

    Submission(JobLog log, Verdicts verdicts, RequestSink requests, Answers answers) {
        this.log = log;
        this.verdicts = verdicts;
        this.requests = requests;
        this.answers = answers;
        this.refusals = new Refusals(answers);
    }

    /** Answers a submit that was accepted. */
    @FunctionalInterface
    interface Accepted {
        /**
         * Writes the answer.
         *
         * @param replayed the job was submitted earlier, under the same key
         */
        void answer(JobId job, boolean replayed);
    }

    void publish(RoutingContext context, Admission.Admitted admitted, TraceContext trace, Accepted accepted) {
        var job = JobId.create(log.choosePartition());
        var wait = admitted.idempotencyKey() == null
                ? null
                : verdicts.open(job, admitted.principal().account());
        var _ = requests.publish(admitted.request(job), trace).onSuccess(published -> {
            if (published instanceof Published.Acknowledged) {
                acknowledged(context, job, wait, accepted);
                return;
            }
            if (wait != null) {
                wait.cancel();
            }
            refusals.answer(context, job, published);
        });
    }

    private void acknowledged(RoutingContext context, JobId job, Verdicts.@Nullable Wait wait, Accepted accepted) {
        if (wait == null) {
            answer(context, job, false, accepted);
        } else {
            var _ = wait.verdict().onSuccess(verdict -> decided(context, job, verdict, accepted));
        }
    }

    private void decided(RoutingContext context, JobId job, Optional<Verdict> verdict, Accepted accepted) {
        switch (verdict.map(Verdict::getKind).orElse(VerdictKind.UNKNOWN)) {
            case ADMITTED -> answer(context, job, false, accepted);
            case DUPLICATE ->
                answer(
                        context,
                        verdict.map(Verdict::getOriginalJobId).map(JobId::new).orElse(job),
                        true,
                        accepted);
            case CONFLICT ->
                answers.error(
                        context,
                        ErrorCode.IDEMPOTENCY_CONFLICT,
                        "This Idempotency-Key was used with another body; use a new key.");
            case UNKNOWN ->
                answers.retryable(
                        context,
                        ErrorCode.LOG_UNAVAILABLE,
                        "The request is on the log, but was not decided in time. Repeat it with the same key.",
                        RETRY_AFTER_SECONDS);
        }
    }

    private static void answer(RoutingContext context, JobId job, boolean replayed, Accepted accepted) {
        if (!context.response().ended() && !context.response().closed()) {
            JobHeaders.put(context.response(), job);
        }
        accepted.answer(job, replayed);
    }
}
