package dev.millrace.ingress.http;

import dev.millrace.egress.http.JobHeaders;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.publish.Published;
import dev.millrace.job.JobId;
import io.vertx.ext.web.RoutingContext;

/** Tells a client that its record is not on the log, or may not be. */
final class Refusals {
    private final Answers answers;

    Refusals(Answers answers) {
        this.answers = answers;
    }

    /** Answers why; does nothing for a record that is on the log. */
    void answer(RoutingContext context, JobId job, Published published) {
        boolean mayRun = published instanceof Published.Unavailable(boolean uncertain, int _) && uncertain;
        if (!mayRun && !(published instanceof Published.Acknowledged)) {
            context.response().headers().remove(JobHeaders.JOB_ID);
        }
        switch (published) {
            case Published.Acknowledged _ -> {}
            case Published.Overloaded(int seconds) ->
                answers.retryable(
                        context, ErrorCode.OVERLOADED, "Too many requests are waiting to be accepted.", seconds);
            case Published.TooLarge(int bytes, int maxBytes) ->
                answers.error(
                        context,
                        ErrorCode.REQUEST_TOO_LARGE,
                        "The request takes " + bytes + " bytes on the log, the limit is " + maxBytes
                                + ". Send large media by URL or file id.");
            case Published.Unavailable(boolean uncertain, int seconds) -> {
                if (uncertain) {
                    JobHeaders.put(context.response(), job);
                }
                answers.retryable(
                        context,
                        ErrorCode.LOG_UNAVAILABLE,
                        uncertain
                                ? "The log did not acknowledge in time; job " + job
                                        + " may or may not run. Ask GET /v1/jobs/" + job
                                        + ", or repeat with an Idempotency-Key."
                                : "The log is not reachable; nothing was submitted.",
                        seconds);
            }
        }
    }
}
