package dev.millrace.ops.bench;

/**
 * What can be measured, in this order: what depends least on how warm a JVM is comes first, and warms it for what depends on it most.
 */
public enum Metric {
    /** Streams open at once without a lost or late frame. */
    STREAMS,
    /** Memory of open streams. */
    MEMORY,
    /** Jobs per hour in the batch lane. */
    BATCH,
    /** Chunks per second to the clients. */
    CHUNKS,
    /** Both kinds of call at half of what Portkey's gateway can take, and CPU time per request. */
    LOAD,
    /** What is added to the gap between two chunks. */
    GAPS,
    /** CPU while nobody calls. */
    IDLE,
    /** Added time of a call that is not streamed, one after the other. */
    WHOLE,
    /** Added time to the first token of a stream, one call after the other. */
    STREAM,
    /** The heap over a long run. */
    SOAK,
    /** From starting {@code up} to the first token. */
    START,
    /** Ledger against the vendor's invoice. Last: it looks at all that was called before. */
    LEDGER
}
