package dev.millrace.ingress.dialect;

/** Reads the requests of one endpoint. Pure apart from the time it is given; thread-safe. */
@FunctionalInterface
public interface Dialect {
    /** Reads a request; throws {@link dev.millrace.ingress.json.Mistake} naming the member that is wrong. */
    Call read(Incoming request);
}
