package dev.millrace.ingress.publish;

import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;

/** Where orders to stop a job go. */
@FunctionalInterface
public interface CancelSink {
    /**
     * Orders a job to stop. Harmless when it has ended. The future completes on the caller's context and never fails.
     *
     * @param reason one word for reports: {@code requested}, {@code client-gone}
     */
    Future<Published> cancel(JobId job, AccountId account, String reason, TraceContext trace);
}
