package dev.millrace.egress.http;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.Terminal;
import dev.millrace.error.ErrorCode;

/** The error that a job's end is to a client. */
public final class TerminalErrors {
    private TerminalErrors() {}

    /** What the terminal says, else what its status means. Not for {@code COMPLETED}. */
    public static ErrorDetail of(Terminal terminal) {
        if (terminal.getError() != null) {
            return terminal.getError();
        }
        return switch (terminal.getStatus()) {
            case CANCELLED, ABORTED -> ErrorCode.CANCELLED.detail("the job was cancelled");
            case EXPIRED -> ErrorCode.DEADLINE_EXCEEDED.detail("the job's deadline passed");
            case INCOMPLETE ->
                ErrorCode.STREAM_TRUNCATED.detail(
                        "the vendor's answer broke off before its end; what came is incomplete");
            case FAILED, COMPLETED, UNKNOWN -> ErrorCode.INTERNAL.detail("the job failed");
        };
    }
}
