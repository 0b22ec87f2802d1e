package dev.millrace.ops.bench;

import java.util.Locale;

/**
 * What can be measured, in this order: what depends least on how warm a JVM is comes first, and warms it for what depends on it most.
 */
public enum Metric {
    /** Memory of open streams. First: pages that a heap has touched stay with it, and would hide what later streams take. */
    MEMORY,
    /** Streams open at once without a lost or late frame. */
    STREAMS,
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
    /** Heap and memory over a long run. */
    SOAK,
    /** From starting {@code up} to the first token. */
    START,
    /** Ledger against the vendor's invoice. Last: it looks at all that was called before. */
    LEDGER;

    /** As it stands on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
