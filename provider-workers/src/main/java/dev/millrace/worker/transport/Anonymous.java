package dev.millrace.worker.transport;

/** An exception's class and place without its words, for logs: the words may quote what a vendor or a user said. */
public final class Anonymous extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Anonymous(RuntimeException cause) {
        super(cause.getClass().getName());
        setStackTrace(cause.getStackTrace());
    }

    public static Anonymous of(RuntimeException cause) {
        return new Anonymous(cause);
    }
}
