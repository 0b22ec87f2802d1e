package dev.millrace.ops.registry;

/** The embedded registry cannot run here; the message is one sentence that tells a person what to change. */
public final class RegistryStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RegistryStartException(String message) {
        super(message);
    }

    RegistryStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
