package dev.millrace.topic;

import org.jspecify.annotations.Nullable;

/** The cluster could not be asked or refused. An operator must act. */
public final class TopicsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TopicsUnavailableException(String message, @Nullable Throwable cause) {
        super(cause == null ? message : message + ": " + cause.getMessage(), cause);
    }
}
