package dev.millrace.worker.provider;

/** How a vendor takes its credential. */
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

    /** In a parameter of the query. */
    record InQuery(String parameter) implements CredentialScheme {}

    /**
     * A signature over each request, AWS Signature Version 4; the region is the provider's variable {@code region}.
     *
     * @param service as the scope of the signature names it, such as {@code bedrock}
     */
    record AwsSignature(String service) implements CredentialScheme {}

    /** A short-lived access token of Google's, bought with a service account's key. */
    record GoogleOAuth() implements CredentialScheme {}

    /** {@code Authorization: Bearer <key>}. */
    static CredentialScheme bearer() {
        return new InHeader("Authorization", "Bearer ");
    }
}
