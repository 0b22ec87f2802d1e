package dev.millrace.ingress.dialect;

/** A dialect whose request, or all of it but files, is one JSON object; so it can also be the body of a job. Thread-safe. */
public interface JsonDialect extends Dialect {
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
