package dev.millrace.ops.stack;

/** A part cannot run here; the message is one sentence that tells a person what to change. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StackException(String message) {
        super(message);
    }

    StackException(String message, Throwable cause) {
        super(message, cause);
    }
}
