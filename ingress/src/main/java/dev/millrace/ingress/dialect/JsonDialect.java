package dev.millrace.ingress.dialect;

/** A dialect whose requests are one JSON object each, and nothing else. Thread-safe. */
public interface JsonDialect {
    /** Which endpoint a body came to. */
    enum Endpoint {
        /** The dialect's own: nothing is streamed unless asked for. */
        OWN,
        /** Jobs: streamed unless {@code stream} is false, because events can be followed. */
        JOBS
    }

    /** Reads a body; throws {@link dev.millrace.ingress.json.Mistake}. */
    Call read(OpenBody body, Endpoint endpoint);
}
