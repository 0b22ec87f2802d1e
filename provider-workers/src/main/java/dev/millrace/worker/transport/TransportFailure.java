package dev.millrace.worker.transport;

/** Why a call ended without an orderly end of its reply. */
public sealed interface TransportFailure {
    /** What happened, for people; holds no address of a tenant's and no secret. */
    String reason();

    /** Nothing was sent. */
    record NotConnected(String reason) implements TransportFailure {}

    /** The call was to go to a host that the provider's entry does not allow; nothing was sent. */
    record NotAllowed(String reason) implements TransportFailure {}

    /** The connection broke after the request was sent, at least in part. */
    record Broken(String reason) implements TransportFailure {}

    /**
     * Nothing was sent, because the provider's credential could not be had.
     *
     * @param retryable whether waiting may help
     */
    record NoCredential(String reason, boolean retryable) implements TransportFailure {}
}
