package dev.millrace.ops.client;

/** Nobody answers at an address, or the connection broke. */
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
