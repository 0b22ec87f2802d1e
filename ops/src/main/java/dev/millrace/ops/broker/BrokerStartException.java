package dev.millrace.ops.broker;

/** The embedded broker cannot run here; the message is one sentence that tells a person what to change. */
public final class BrokerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerStartException(String message) {
        super(message);
    }

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
