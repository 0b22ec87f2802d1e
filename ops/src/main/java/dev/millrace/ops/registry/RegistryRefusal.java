package dev.millrace.ops.registry;

/** A request that gets an error answer; carries no stack trace because it is no fault of ours. */
final class RegistryRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RegistryError error;

    RegistryRefusal(RegistryError error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    RegistryError error() {
        return error;
    }
}
