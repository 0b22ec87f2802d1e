package dev.millrace.ops.client;

import java.util.Optional;

/** The server answered with an error. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Optional<String> jobId;

    ApiException(int status, String code, String message, Optional<String> jobId) {
        super(message);
        this.status = status;
        this.code = code;
        this.jobId = jobId;
    }

    /** HTTP status; that of the error for an error inside a stream. */
    public int status() {
        return status;
    }

    /** Code of the error registry; empty when the answer had none. */
    public String code() {
        return code;
    }

    /** The job the call became, when the server said so. */
    public Optional<String> jobId() {
        return jobId;
    }
}
