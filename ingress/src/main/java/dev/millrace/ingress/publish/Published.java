package dev.millrace.ingress.publish;

/** What became of one record. Every writer gives exactly one of these, and never an exception. */
public sealed interface Published {
    /** All in-sync replicas have it. */
    record Acknowledged(int partition, long offset) implements Published {}

    /** Not sent: too much is waiting already. */
    record Overloaded(int retryAfterSeconds) implements Published {}

    /** Not sent: the topic takes no record of this size. */
    record TooLarge(int bytes, int maxBytes) implements Published {}

    /**
     * The log did not acknowledge in time.
     *
     * @param uncertain true when the record was sent and may be on the log nevertheless
     */
    record Unavailable(boolean uncertain, int retryAfterSeconds) implements Published {}
}
