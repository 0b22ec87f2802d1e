package dev.millrace.egress.http;

import dev.millrace.avro.CreditBalance;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.log.JobLog;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Function;

/**
 * The native reading routes: {@code GET /v1/jobs}, {@code /v1/jobs/:id}, {@code /v1/jobs/:id/events} and {@code /v1/credits}.
 */
public final class JobsApi {
    public JobsApi(Vertx vertx, JobLog log, Function<String, Optional<CreditBalance>> balances) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }

    /** Adds the routes. */
    public void mount(ScopedRouter router) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }
}
