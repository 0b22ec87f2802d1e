package dev.millrace.worker.provider;

/** How a vendor takes its key. */
public sealed interface CredentialScheme {
    /** No key at all. */
    record Keyless() implements CredentialScheme {}

    /**
     * In a header.
     *
     * @param header its name
     * @param prefix stands before the key, such as {@code "Bearer "}; may be empty
     */
    record InHeader(String header, String prefix) implements CredentialScheme {}

    /** {@code Authorization: Bearer <key>}. */
    static CredentialScheme bearer() {
        return new InHeader("Authorization", "Bearer ");
    }
}
