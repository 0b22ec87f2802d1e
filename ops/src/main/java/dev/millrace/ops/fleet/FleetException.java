package dev.millrace.ops.fleet;

/** A process does not do what it must: it did not start, did not end, or ended by itself. The message names it. */
public final class FleetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FleetException(String message) {
        super(message);
    }
}
