package dev.millrace.worker.credential;

import io.vertx.core.http.RequestOptions;

/** What asking for a credential came to. */
public sealed interface Authorization {
    /** The request may be sent. */
    record Granted(RequestOptions request) implements Authorization {}

    /**
     * There is no credential now; nothing was sent.
     *
     * @param reason for the operator: names what failed, holds no secret
     * @param retryable whether waiting may help
     */
    record Denied(String reason, boolean retryable) implements Authorization {}
}
