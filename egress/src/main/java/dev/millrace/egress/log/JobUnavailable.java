package dev.millrace.egress.log;

import dev.millrace.error.ErrorCode;

/** The log gave no answer about a job; {@link #code()} says why. Carries no stack trace: it is an answer, not a bug. */
public final class JobUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String message;

    public JobUnavailable(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
        this.message = message;
    }

    public ErrorCode code() {
        return code;
    }

    /** For the client. */
    @Override
    public String getMessage() {
        return message;
    }
}
