package dev.millrace.registry;

/** The registry answered no, or did not answer. */
public sealed class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RegistryException(String message) {
        super(message);
    }

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** No address answered within the configured attempts; trying again later may succeed. */
    public static final class Unavailable extends RegistryException {
        private static final long serialVersionUID = 1L;

        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The registry does not know the schema, subject or version. */
    public static final class NotFound extends RegistryException {
        private static final long serialVersionUID = 1L;

        NotFound(String message) {
            super(message);
        }
    }

    /** The schema breaks the subject's compatibility rule. */
    public static final class Incompatible extends RegistryException {
        private static final long serialVersionUID = 1L;

        Incompatible(String message) {
            super(message);
        }
    }

    /** Any other refusal: bad credentials, invalid schema, read-only mode. */
    public static final class Refused extends RegistryException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
